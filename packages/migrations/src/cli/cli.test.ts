import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const program = fileURLToPath(new URL("../cli.ts", import.meta.url));

function run(...argv: string[]): ReturnType<typeof spawnSync> {
  return spawnSync(process.execPath, [program, ...argv], { encoding: "utf8", env: {} });
}

test("the program writes its answer to standard output and exits with the verb's code", () => {
  expect(run("print")).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^-- Headcount, @headcount\/migrations \d/) as string,
    stderr: "",
  });
});

test("the program complains on standard error and exits with 2", () => {
  expect(run("up")).toMatchObject({
    status: 2,
    stdout: "",
    stderr: expect.stringContaining("set DATABASE_URL") as string,
  });
});
