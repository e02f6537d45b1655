import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { describe, expect, onTestFinished, test } from "vitest";
import { findPostgresBinaries } from "./postgres-binaries.ts";
import { startPostgres } from "./start-postgres.ts";

// a server of one's own can take the place of the npm packages where they do not exist
const isInstalled = ([15, 18] as const).every((major) => findPostgresBinaries(major) !== undefined);

describe.runIf(isInstalled)("startPostgres", () => {
  test("a data directory of one's own keeps its rows for the next start", async () => {
    const dataDirectory = keptDirectory();

    const first = await startPostgres({ dataDirectory });
    await query(first.url, "create table kept as select 42 as answer");
    await first.stop();

    const second = await startPostgres({ dataDirectory });
    onTestFinished(second.stop);
    expect(await query(second.url, "select answer from kept")).toEqual([{ answer: 42 }]);
  });

  test("a data directory of another major is refused by name", async () => {
    const dataDirectory = keptDirectory();
    const server = await startPostgres({ major: 15, dataDirectory });
    await server.stop();
    await expect(startPostgres({ major: 18, dataDirectory })).rejects.toThrow(
      `The data directory "${dataDirectory}" belongs to PostgreSQL 15, not 18`,
    );
  });

  test("settings reach the server", async () => {
    const server = await startPostgres({ settings: { max_connections: 7 } });
    onTestFinished(server.stop);
    expect(await query(server.url, "show max_connections")).toEqual([{ max_connections: "7" }]);
  });

  test("a wrong setting is answered with what the server said", async () => {
    await expect(startPostgres({ settings: { no_such_setting: 1 } })).rejects.toThrow(
      /unrecognized configuration parameter "no_such_setting"/,
    );
  });

  test("stopping twice is stopping once", async () => {
    const server = await startPostgres();
    await server.stop();
    await server.stop();
    expect(isAlive(server.pid)).toBe(false);
  });

  test("the server ends with the process that started it, even when that is killed", async () => {
    const module = JSON.stringify(join(import.meta.dirname, "start-postgres.ts"));
    const program = `import { startPostgres } from ${module}; console.log((await startPostgres()).pid);`;
    const owner = spawn(process.execPath, ["--input-type=module", "--eval", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(owner.stdout, "data")) as [Buffer];
    const pid = Number(line.toString());
    expect(isAlive(pid)).toBe(true);

    owner.kill("SIGKILL");
    expect(await once(owner, "exit")).toEqual([null, "SIGKILL"]);
    await expect.poll(() => isAlive(pid)).toBe(false);
  });
});

function keptDirectory(): string {
  const folder = mkdtempSync(join(tmpdir(), "headcount-kept-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
