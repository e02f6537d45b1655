import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { Client } from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "headcount-demo-"));
});
afterAll(() => rm(folder, { recursive: true }));

function startDemo(
  args: string[],
  env: NodeJS.ProcessEnv = {},
): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(
    process.execPath,
    ["--conditions=@headcount/source", join(import.meta.dirname, "main.ts"), ...args],
    {
      cwd: folder,
      env: {
        ...process.env,
        INIT_CWD: folder,
        NODE_OPTIONS: "",
        HEADCOUNT_TEST_DATABASE_URL: inject("postgresUrl"),
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
}

async function runDemo(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const demo = startDemo(args, env);
  const ended = new Promise<number | null>((settle, reject) => {
    demo.once("error", reject).once("close", settle);
  });
  const [stdout, stderr, code] = await Promise.all([text(demo.stdout), text(demo.stderr), ended]);
  return { code, stdout, stderr };
}

async function demoDatabases(): Promise<unknown[]> {
  const client = new Client({ connectionString: inject("postgresUrl") });
  await client.connect();
  const { rows } = await client.query<{ datname: string }>(
    "select datname from pg_database where datname like 'headcount_demo_%'",
  );
  await client.end();
  return rows;
}

function widest(output: string): number {
  return Math.max(...output.split("\n").map((line) => line.length));
}

test("shows a month of made-up traffic in plain text of at most 100 columns", async () => {
  const { code, stdout, stderr } = await runDemo([]);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringMatching(
      /^✓ Starting PostgreSQL .*✓ Writing page views .*✓ Asking .*\n$/s,
    ),
  });
  expect(stdout).toContain("Canal loft with a roof terrace");
  expect(stdout).toMatch(/^New visitors [\d,]+, returning [1-9][\d,]*$/m);
  expect(stdout).toMatch(
    /^Against as many days before: views [+-]?\d+%, unique visitors [+-]?\d+%$/m,
  );
  const [, unique] = /unique visitors ([\d,]+)/.exec(stdout) ?? [];
  const [, bySession] =
    /Without\s+one\s+each\s+visit\s+is\s+a\s+visitor,\s+and\s+there\s+were\s+([\d,]+)\./.exec(
      stdout,
    ) ?? [];
  const numberOf = (count = ""): number => Number(count.replaceAll(",", ""));
  expect(numberOf(bySession)).toBeGreaterThan(1.1 * numberOf(unique));
  expect(stdout).toMatch(/Adding up days claims [\d,]+ visitors; there were [\d,]+/);
  expect(stdout).toMatch(
    /^1 {3}[A-Z]\w+ [A-Z]\w+ +\d+ +\d+ {3}\w{3} \d+ \w{3}, \d\d:\d\d {3}\S+$/m,
  );
  expect(stdout).toMatch(/^Google +[\d,]+ +[\d,]+ +\d+\.\d %$/m);
  expect(stdout).toContain('await analytics.getTimeSeries({ ...query, period: "weekly" });');
  expect(stdout).toMatch(/Done in \d+\.\d s/);
  expect(stdout).not.toContain("\u001b");
  expect(widest(stdout)).toBeLessThanOrEqual(100);
});

test("shows an access log, named from where the user stands, and removes its database", async () => {
  const request = (second: number, address: string): string =>
    `${address} - - [05/Jan/2026:10:00:0${second} +0000] "GET /pricing HTTP/1.1" 200 5 "-" "Firefox/128.0 (X11)"`;
  await writeFile(
    join(folder, "access.log"),
    `${request(1, "192.0.2.1")}\n${request(2, "192.0.2.2")}\nodd\n`,
  );
  const { code, stdout } = await runDemo(["--access-log", "access.log"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/page views, in 2 sessions +2 +66\.7 %/);
  expect(stdout).toContain("Line 3 has no identity and user.");
  expect(stdout).toMatch(/^\/pricing\npage, 5 January 2026, time zone UTC/m);
  expect(widest(stdout)).toBeLessThanOrEqual(100);

  expect(await demoDatabases()).toEqual([]);
});

test.each([
  ["a file that is not there", "missing.log", undefined, /there is no such file: check the path/],
  [
    "a file that is not an access log",
    "prose.log",
    "Once upon a time.\n",
    /give one in the combined format/,
  ],
])("says what is wrong with %s, and ends with 1", async (_, file, content, message) => {
  if (content !== undefined) await writeFile(join(folder, file), content);
  const { code, stdout, stderr } = await runDemo(["--access-log", file]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/^ +at /m);
});

test("says how it is used, and ends with 2 when it is used otherwise", async () => {
  expect(await runDemo(["--help"])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("--access-log FILE"),
    stderr: "",
  });
  expect(await runDemo(["--acess-log", "x"])).toMatchObject({
    code: 2,
    stdout: "",
    stderr: expect.stringMatching(/Unknown option '--acess-log'.*--access-log FILE/s),
  });
});

test("removes its database also when it is interrupted", async () => {
  const demo = startDemo([]);
  const ended = once(demo, "exit");
  await once(demo.stderr, "data");
  expect(await demoDatabases()).toHaveLength(1);
  demo.kill("SIGINT");
  expect(await ended).toEqual([130, null]);
  expect(await demoDatabases()).toEqual([]);
});

test("says which server gave no database", async () => {
  const { code, stderr } = await runDemo([], {
    HEADCOUNT_TEST_DATABASE_URL: "postgres://nobody:secret@127.0.0.1:1/none",
  });
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /The server of HEADCOUNT_TEST_DATABASE_URL gave no database \(.*ECONNREFUSED/,
  );
  expect(stderr).not.toContain("secret");
});
