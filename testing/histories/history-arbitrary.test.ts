import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Command, NewView } from "./history.ts";
import { historyArbitrary } from "./history-arbitrary.ts";
import { installations } from "./installation.ts";

// A generator that never makes something tests nothing of it, and nobody notices.

const commands: Command[] = installations.flatMap((installation) =>
  fc
    .sample(historyArbitrary(installation), { numRuns: 50, seed: 1 })
    .flatMap((history) => history.commands),
);
const views: NewView[] = commands.flatMap((command) =>
  command.kind === "add" ? command.views : [],
);

function share(condition: (view: NewView) => boolean): number {
  return views.filter(condition).length / views.length;
}

test("histories have every kind of command", () => {
  const kinds = new Set(commands.map(({ kind }) => kind));
  expect([...kinds].toSorted()).toEqual([
    "add",
    "add and remove in one transaction",
    "add and roll back",
    "add or replace",
    "compare",
    "edit what does not count",
    "fold",
    "fold everything",
    "log in",
    "move in time",
    "move to entity",
    "rebuild",
    "remove",
    "set time on page",
    "truncate",
  ]);
});

test("histories have views by accounts, by sessions, by both and by nobody", () => {
  expect(share((view) => view.account !== null && view.session !== null)).toBeGreaterThan(0.2);
  expect(share((view) => view.account !== null && view.session === null)).toBeGreaterThan(0.05);
  expect(share((view) => view.account === null && view.session !== null)).toBeGreaterThan(0.2);
  expect(share((view) => view.account === null && view.session === null)).toBeGreaterThan(0.05);
});

test("histories have pages without entity, and times on page known and unknown", () => {
  expect(share((view) => view.entity === null)).toBeGreaterThan(0.1);
  expect(share((view) => view.time_on_page === null)).toBeGreaterThan(0.2);
  expect(share((view) => view.time_on_page !== null)).toBeGreaterThan(0.2);
});

test("histories log in, log out, forget times, and rebuild whole and in steps, with and without dates", () => {
  expect(commands).toContainEqual(expect.objectContaining({ kind: "log in", account: null }));
  expect(commands).toContainEqual(expect.objectContaining({ kind: "log in", account: 1 }));
  expect(commands).toContainEqual(
    expect.objectContaining({ kind: "set time on page", time_on_page: null }),
  );
  expect(commands).toContainEqual(
    expect.objectContaining({ kind: "rebuild", from: null, to: null, step_limit: 1 }),
  );
  expect(commands).toContainEqual(
    expect.objectContaining({ kind: "rebuild", from: expect.any(String), step_limit: null }),
  );
});
