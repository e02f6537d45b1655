import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { progressOn } from "./progress.ts";
import { plainInk } from "./report/ink.ts";

function stream(isTTY: boolean): { output: NodeJS.WriteStream; written: () => string } {
  const output = Object.assign(new PassThrough(), { isTTY }) as unknown as NodeJS.WriteStream;
  return { output, written: () => String(output.read() ?? "") };
}

test("writes one line per step where nothing can be overwritten, with what the step reported last", async () => {
  const { output, written } = stream(false);
  const result = await progressOn(output, plainInk).step("Writing", async (update) => {
    update("1 of 2");
    update("2 of 2");
    return 42;
  });
  expect(result).toBe(42);
  expect(written()).toMatch(/^✓ Writing 2 of 2 {2}\d+\.\d s\n$/);
});

test("on a terminal, says what it begins and replaces that line", async () => {
  const { output, written } = stream(true);
  await progressOn(output, plainInk).step("Writing", async () => undefined);
  expect(written()).toMatch(/^\r\u001b\[K· Writing\r\u001b\[K✓ Writing {2}\d+\.\d s\n$/);
});

test("says which step failed, and lets the error through", async () => {
  const { output, written } = stream(false);
  const failing = progressOn(output, plainInk).step("Writing", () =>
    Promise.reject(new Error("full")),
  );
  await expect(failing).rejects.toThrow("full");
  expect(written()).toBe("✗ Writing\n");
});
