import { expect, test } from "vitest";
import type { Change } from "../sql-source/change.ts";
import { stepsOf } from "./steps-of.ts";

type Mode = Change["transaction"] | "repeat";

/** Changes numbered from `first`, named after how they run. */
function changes(first: number, ...modes: Mode[]): Change[] {
  return modes.map((mode, index) => ({
    version: first + index,
    name: mode,
    sql: "",
    transaction: mode === "repeat" ? "own" : mode,
    repeat: mode === "repeat",
  }));
}

const names = (...work: Parameters<typeof stepsOf>): string[] =>
  stepsOf(...work).map(({ kind, name }) => `${kind}: ${name}`);

test("a fresh installation completes and indexes the host's table before its one transaction", () => {
  const all = changes(1, "own", "none", "shared", "shared", "repeat");
  expect(names({ changes: all, functions: true, attachments: true })).toEqual([
    "transaction: 0001_own",
    "outside: 0002_none",
    "transaction: 0003_shared, 0004_shared, functions, attachments",
    "repeated: 0005_repeat",
  ]);
});

test("later changes go into one transaction, whatever cannot run in it comes between them", () => {
  const pending = changes(6, "shared", "none", "shared");
  expect(names({ changes: pending, functions: true, attachments: false })).toEqual([
    "transaction: 0006_shared, 0008_shared, functions",
    "outside: 0007_none",
  ]);
});

test("an index alone is built before the functions that may use it", () => {
  expect(names({ changes: changes(6, "none"), functions: true, attachments: false })).toEqual([
    "outside: 0006_none",
    "transaction: functions",
  ]);
});

test("nothing pending is not a step", () => {
  expect(stepsOf({ changes: [], functions: false, attachments: false })).toEqual([]);
});
