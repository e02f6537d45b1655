import { expect, test } from "vitest";
import { parseCommandLine } from "./command-line.ts";
import { citusPartNames, pairedPartNames, partNames } from "./results/measurement.ts";

test("measures every part of a million page views when nothing else is asked for", () => {
  expect(parseCommandLine([])).toEqual({
    help: false,
    size: 1_000_000,
    shape: "public-listing",
    runs: 11,
    parts: new Set(partNames),
    pairedParts: new Set(pairedPartNames),
    citusParts: new Set(citusPartNames),
    citus: false,
    against: undefined,
    load: { viewsPerSecond: 600, minutes: 2 },
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

test("takes a commit to compare with and the parts of such a run, a shape and a load", () => {
  const words =
    "--against f9db5f4 --only folding,extremes --shape team-app --views-per-second 2000 --minutes 12.5";
  expect(parseCommandLine(words.split(" "))).toMatchObject({
    against: "f9db5f4",
    pairedParts: new Set(["folding", "extremes"]),
    shape: "team-app",
    load: { viewsPerSecond: 2_000, minutes: 12.5 },
  });
});

test("takes a cluster with the parts of such a run, and page views as a tracker sends them", () => {
  expect(parseCommandLine("--citus --size 300k --only reads,folding".split(" "))).toMatchObject({
    citus: true,
    size: 300_000,
    shape: "tracked-listing",
    citusParts: new Set(["reads", "folding"]),
  });
});

test.each([
  [["--size", "12"], '--size is "12": give 100k, 1m, 10m or another number from 1k to 100m.'],
  [["--runs", "0"], '--runs is "0": give a whole number of at least 1.'],
  [["--only", "reads,speed"], /^--only has "speed": give one of size, reads, owners, cold/],
  [["--only", "extremes"], /^--only has "extremes": give one of size, reads, owners, cold/],
  [["--against", "f9db5f4", "--only", "cold"], /^--only has "cold": give one of size, reads, host/],
  [
    ["--shape", "blog"],
    '--shape has "blog": give one of public-listing, tracked-listing, team-app.',
  ],
  [["--minutes", "0"], '--minutes is "0": give more than 0 and at most 1440.'],
  [["--against", "f9db5f4", "--write-docs"], /^--write-docs needs a run without --against as well/],
  [
    ["--citus", "--only", "cold"],
    /^--only has "cold": give one of equality, reads, folding, writes/,
  ],
  [["--citus", "--against", "f9db5f4"], /^--citus is a run of its own: leave out --against/],
  [["a.json"], "a.json is not an option: files are given to --write-docs only."],
])("refuses %j with what is allowed", (words, message) => {
  expect(() => parseCommandLine(words)).toThrow(message);
});
