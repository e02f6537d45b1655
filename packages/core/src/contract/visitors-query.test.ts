import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isAnalyticsError } from "../errors.ts";
import { parseInput } from "./parse-input.ts";
import { parseVisitorsQuery, visitorsQuery } from "./visitors-query.ts";

const question = { entity_type: "listing", entity_id: "7" };

function parse(input: unknown) {
  return parseInput({ schema: visitorsQuery, input });
}

test("by default the most frequent fifty are listed, each with five visits", () => {
  const defaults = { sort: "visit_count", limit: 50, visits_limit: 5 };
  expect(parse(question)).toEqual({ ...question, ...defaults });
});

test("what is searched for is trimmed", () => {
  expect(parse({ ...question, search: "  ada " })).toMatchObject({ search: "ada" });
});

test("an instant is one of any offset, and belongs to the order by the last visit", () => {
  const query = { ...question, seen_since: "2026-03-01T10:00:00+02:00" };
  const parsed = parse({ ...query, sort: "last_visit" });
  expect(parsed).toMatchObject({ seen_since: "2026-03-01T08:00:00.000Z" });
  expect(() => parse(query)).toThrow(/^seen_since is .*: ask for it with sort "last_visit"/);
  const noInstant = { ...query, sort: "last_visit", seen_since: "2026-03-01" };
  expect(() => parse(noInstant)).toThrow(/^seen_since is "2026-03-01": give an instant like/);
});

test("limits are numbers in a query string as well", () => {
  const text = "entity_type=listing&entity_id=7&limit=10&visits_limit=0&kind=account&search=";
  expect(parseVisitorsQuery(new URLSearchParams(text))).toEqual({
    ...question,
    kind: "account",
    sort: "visit_count",
    limit: 10,
    visits_limit: 0,
  });
});

test.each(["1e2", "0x10", " 5", "5.0", "ten", "-1"])("a limit of %j is refused", (limit) => {
  expect(() => parseVisitorsQuery({ ...question, limit })).toThrow(/^limit is /);
});

test("a limit that no integer holds is named once", () => {
  const refused = { message: "limit is 1e+30: give a whole number from 1 to 1000." };
  expect(() => parse({ ...question, limit: 1e30 })).toThrow(expect.objectContaining(refused));
});

describe("what is not allowed", () => {
  test.each<[field: string, value: unknown]>([
    ["kind", "robot"],
    ["sort", "visit_count; drop table page_views"],
    ["limit", 0],
    ["limit", 1001],
    ["limit", 1.5],
    ["limit", Number.NaN],
    ["limit", "10"],
    ["visits_limit", -1],
    ["visits_limit", 101],
    ["search", ""],
    ["search", "   "],
    ["search", "a\0"],
    ["search", "x".repeat(1_000_000)],
    ["search", ["ada"]],
    ["cursor", "x".repeat(2001)],
    ["date_to", "2026-13-01"],
    ["order", "asc"],
  ])("%s = %j", (field, value) => {
    const refused = expect.objectContaining({ code: "invalid_input", field });
    expect(() => parse({ ...question, [field]: value })).toThrow(refused);
  });
});

test("any text in any field gives a query or invalid_input", () => {
  const letter = fc.constantFrom("2", "0", "-", "a", "'", "\\", "\0", "\ud83d", "é", " ");
  const text = fc.string({ unit: letter, maxLength: 300 });
  const fields = ["entity_type", "entity_id", "date_from", "kind", "search", "sort", "cursor"];
  fc.assert(
    fc.property(fc.constantFrom(...fields), text, (field, value) => {
      const outcomes = ["a query", `invalid_input of ${field}`];
      expect(outcomes).toContain(outcomeOf({ ...question, [field]: value }));
    }),
  );
});

function outcomeOf(input: unknown): unknown {
  try {
    parse(input);
    return "a query";
  } catch (error) {
    return isAnalyticsError(error) ? `${error.code} of ${error.field}` : error;
  }
}
