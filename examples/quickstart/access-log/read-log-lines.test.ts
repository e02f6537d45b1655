import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { maxLineLength, readLogLines } from "./read-log-lines.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "headcount-log-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function allLines(file: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readLogLines(file)) lines.push(line);
  return lines;
}

async function linesOf(content: string | Buffer, name = "access.log"): Promise<string[]> {
  const file = join(folder, name);
  await writeFile(file, content);
  return allLines(file);
}

test("leaves a byte order mark out", async () => {
  expect(await linesOf("\uFEFFone\n\uFEFFtwo")).toEqual(["one", "\uFEFFtwo"]);
});

test("reads lines with either line ending, empty ones, and a last one without", async () => {
  expect(await linesOf("one\r\n\ntwo\nthree")).toEqual(["one", "", "two", "three"]);
  expect(await linesOf("one\n")).toEqual(["one"]);
});

test("reads what gzip has packed, whatever its name", async () => {
  expect(await linesOf(gzipSync("one\ntwo\n"))).toEqual(["one", "two"]);
});

test("puts lines together again that the reading cut, also within a character", async () => {
  const lines = Array.from({ length: 5_000 }, (_, number) => `${number} ${"é€😀".repeat(9)}`);
  expect(await linesOf(lines.join("\n"))).toEqual(lines);
});

test("cuts a line that is too long and goes on after it", async () => {
  const lines = await linesOf(`one\n${"x".repeat(maxLineLength * 5)}\ntwo\n`);
  expect(lines.map((line) => line.length)).toEqual([3, maxLineLength, 3]);
});

test.each([
  ["an empty file", "", /is empty/],
  ["a binary file", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0]), /is a binary file/],
  ["a packed binary file", gzipSync(Buffer.alloc(10)), /is a binary file/],
  ["a damaged packed file", gzipSync("one\n").subarray(0, 12), /its end is missing/],
])("says what is wrong with %s", async (_, content, message) => {
  await expect(linesOf(content)).rejects.toThrow(message);
});

test("says that there is no such file, and that a folder is not one", async () => {
  const missing = allLines(join(folder, "missing.log"));
  await expect(missing).rejects.toThrow(/missing\.log" cannot be read: there is no such file/);
  await expect(allLines(folder)).rejects.toThrow(/it is a folder/);
});
