import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Command, History, NewView } from "./history.ts";
import { historyArbitrary } from "./history-arbitrary.ts";
import { installations } from "./installation.ts";

// A generator that never makes something tests nothing of it, and nobody notices.

const histories: History[] = installations.flatMap((installation, nth) =>
  fc.sample(historyArbitrary(installation), { numRuns: 50, seed: nth }),
);
const commands: Command[] = histories.flatMap((history) => history.commands);
const views: NewView[] = commands.flatMap(viewsAdded);

function viewsAdded(command: Command): NewView[] {
  return command.kind === "add" ? command.views : [];
}

/** The views that a history adds to each of its sessions. */
function viewsBySession(history: History): NewView[][] {
  const added = history.commands.flatMap(viewsAdded).filter(({ session }) => session !== null);
  return [...Map.groupBy(added, ({ session }) => session).values()];
}

function share(condition: (view: NewView) => boolean): number {
  return views.filter(condition).length / views.length;
}

test("histories have every kind of command", () => {
  const kinds = new Set(commands.map(({ kind }) => kind));
  expect([...kinds].toSorted()).toEqual([
    "add",
    "add and remove in one transaction",
    "add and roll back",
    "add breakdowns",
    "add level",
    "add or replace",
    "add, edited by a row trigger",
    "anonymise",
    "compare",
    "count breakdowns",
    "edit facts",
    "edit what does not count",
    "erase",
    "erase entity",
    "fold",
    "fold everything",
    "fold slots",
    "forget",
    "log in",
    "move in time",
    "move to entity",
    "move to owner",
    "move to session",
    "move to visitor",
    "prune",
    "read history in",
    "rebuild",
    "remove",
    "remove breakdowns",
    "remove level",
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

test("histories have views with a visitor_id, beside accounts and sessions of the same ids and without", () => {
  const isAnonymous = ({ account }: NewView): boolean => account === null;
  expect(share((view) => isAnonymous(view) && view.visitor !== null)).toBeGreaterThan(0.15);
  expect(share((view) => isAnonymous(view) && view.visitor === view.session)).toBeGreaterThan(0.02);
  expect(share((view) => view.account !== null && view.visitor === view.account)).toBeGreaterThan(
    0.02,
  );
  expect(share((view) => view.session !== null && view.visitor === null)).toBeGreaterThan(0.2);
});

test("histories have row triggers that move a view to another entity, visitor or time, and take it away", () => {
  const edits = commands.flatMap((command) =>
    command.kind === "add, edited by a row trigger" ? command.edits : [],
  );
  expect(edits).toContainEqual({ remove: true });
  for (const changed of ["viewed", "account", "session", "visitor", "time_on_page", "later"])
    expect(edits.filter((edit) => Object.hasOwn(edit, changed)).length).toBeGreaterThan(50);
});

test("histories have pages without entity, and times on page known and unknown", () => {
  expect(share((view) => view.entity === null)).toBeGreaterThan(0.1);
  expect(share((view) => view.time_on_page === null)).toBeGreaterThan(0.2);
  expect(share((view) => view.time_on_page !== null)).toBeGreaterThan(0.2);
});

test("histories have sessions of one view, of several entities and dates, and first views at the same time", () => {
  const sessions = histories.flatMap(viewsBySession);
  const several = (of: (view: NewView) => unknown): boolean =>
    sessions.some((seen) => new Set(seen.map(of)).size > 2);
  expect(sessions.filter(({ length }) => length === 1).length).toBeGreaterThan(50);
  expect(several(({ entity_type, entity }) => `${entity_type} ${entity}`)).toBe(true);
  expect(several(({ date }) => date)).toBe(true);
  expect(
    sessions.filter((seen) => {
      const first = seen
        .map(({ date, seconds }) => Date.parse(date) + seconds * 1000)
        .toSorted((a, b) => a - b);
      return first[0] === first[1];
    }).length,
  ).toBeGreaterThan(5);
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
