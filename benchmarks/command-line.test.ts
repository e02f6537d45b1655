import { expect, test } from "vitest";
import { parseCommandLine } from "./command-line.ts";
import { partNames } from "./results/measurement.ts";

test("measures every part of a million page views when nothing else is asked for", () => {
  expect(parseCommandLine([])).toEqual({
    help: false,
    size: 1_000_000,
    runs: 11,
    parts: new Set(partNames),
    json: undefined,
    write_docs: false,
    files: [],
  });
});

test("takes sizes with their multiples, some parts, and files to compose the docs from", () => {
  expect(parseCommandLine(["--size", "10M"]).size).toBe(10_000_000);
  expect(parseCommandLine(["--size", "20000"]).size).toBe(20_000);
  expect(parseCommandLine(["--only", "reads,cold"]).parts).toEqual(new Set(["reads", "cold"]));
  expect(parseCommandLine(["--write-docs", "a.json", "b.json"]).files).toEqual([
    "a.json",
    "b.json",
  ]);
});

test.each([
  [["--size", "12"], '--size is "12": give 100k, 1m, 10m or another number from 1k to 100m.'],
  [["--runs", "0"], '--runs is "0": give a whole number of at least 1.'],
  [["--only", "reads,speed"], /^--only has "speed": give some of size, reads, cold/],
  [["a.json"], "a.json is no option: files are given to --write-docs only."],
])("refuses %j with what is allowed", (words, message) => {
  expect(() => parseCommandLine(words)).toThrow(message);
});
