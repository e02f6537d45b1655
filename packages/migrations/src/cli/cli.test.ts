import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const program = fileURLToPath(new URL("../cli.ts", import.meta.url));
// starting Node takes a while on a busy machine
const patience = { timeout: 30_000 };
const source = "--conditions=@headcount/source";

function run(...argv: string[]): ReturnType<typeof spawnSync> {
  return spawnSync(process.execPath, [source, program, ...argv], { encoding: "utf8", env: {} });
}

test(
  "the program writes its answer to standard output and exits with the verb's code",
  patience,
  () => {
    expect(run("print")).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^-- Headcount, @headcount\/migrations \d/) as string,
      stderr: "",
    });
  },
);

test("an answer that is not read to its end is no failure", patience, async () => {
  const cli = spawn(process.execPath, [source, program, "print"], { env: {} });
  const ended = once(cli, "exit");
  let complaint = "";
  cli.stderr.on("data", (text) => (complaint += String(text)));
  await once(cli.stdout, "data");
  cli.stdout.destroy();
  expect(await ended).toEqual([0, null]);
  expect(complaint).toBe("");
});

test("the program complains on standard error and exits with 2", patience, () => {
  expect(run("up")).toMatchObject({
    status: 2,
    stdout: "",
    stderr: expect.stringContaining("set DATABASE_URL") as string,
  });
});

test.skipIf(process.platform === "win32")(
  "one interruption is enough, also while the server does not answer",
  patience,
  async () => {
    const silent = createServer().listen(0, "127.0.0.1");
    await once(silent, "listening");
    const address = silent.address();
    if (address === null || typeof address === "string") throw new Error("There is no port.");
    const url = `postgres://nobody@127.0.0.1:${address.port}/nothing`;
    const cli = spawn(process.execPath, [source, program, "status", "--database-url", url], {
      env: {},
    });
    const ended = once(cli, "exit");
    const [connection] = (await once(silent, "connection")) as [Socket];
    cli.kill("SIGINT");
    expect(await ended).toEqual([130, null]);
    connection.destroy();
    silent.close();
  },
);
