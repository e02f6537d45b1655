import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isAnalyticsError } from "../errors.ts";
import { parseInput } from "./parse-input.ts";
import { parseTimeSeriesQuery, timeSeriesQuery } from "./time-series-query.ts";

const question = { entity_type: "listing", entity_id: "7" };

function parse(input: unknown) {
  return parseInput({ schema: timeSeriesQuery, input });
}

test("a query without dates and period is a daily one", () => {
  expect(parse(question)).toEqual({ ...question, period: "daily" });
});

test("an id may be a whole number", () => {
  expect(parse({ ...question, entity_id: -12 })).toMatchObject({ entity_id: "-12" });
});

test("pages without an entity are asked for by null", () => {
  expect(parse({ ...question, entity_id: null })).toMatchObject({ entity_id: null });
});

test("a wider level is for those who may ask about it", () => {
  const query = new URLSearchParams("level=owner&owner_id=7");
  expect(parseTimeSeriesQuery(query, { levels: ["owner"] })).toEqual({
    level: "owner",
    owner_id: "7",
    period: "daily",
  });
  expect(() => parseTimeSeriesQuery(query)).toThrow(
    expect.objectContaining({ code: "level_not_allowed", field: "level" }),
  );
});

test("a range may be one day", () => {
  const range = { date_from: "2024-02-29", date_to: "2024-02-29" };
  expect(parse({ ...question, ...range })).toMatchObject(range);
});

describe("the error is a sentence with field, value and what to give", () => {
  const cases: [name: string, input: unknown, field: string | undefined, message: RegExp][] = [
    ["no object", "listing", undefined, /^The query is "listing": give an object\.$/],
    ["no entity_type", { entity_id: "7" }, "entity_type", /entity_type is missing: give a text/],
    ["an empty entity_type", { ...question, entity_type: "" }, "entity_type", /is "": give a text/],
    [
      "a left out entity_id",
      { entity_type: "listing" },
      "entity_id",
      /entity_id is missing: .* null for pages without an entity/,
    ],
    ["an id with NUL", { ...question, entity_id: "a\0b" }, "entity_id", /entity_id is "a\\u0000b"/],
    ["half a character", { ...question, entity_id: "\ud83d" }, "entity_id", /is "\\ud83d"/],
    ["a long id", { ...question, entity_id: "a".repeat(256) }, "entity_id", /256 characters/],
    ["a fraction as id", { ...question, entity_id: 1.5 }, "entity_id", /entity_id is 1\.5/],
    ["an unsafe integer", { ...question, entity_id: 2 ** 53 }, "entity_id", /9007199254740992/],
    ["an object as id", { ...question, entity_id: { id: 1 } }, "entity_id", /is an object/],
    ["30 February", { ...question, date_from: "2026-02-30" }, "date_from", /is "2026-02-30": give/],
    ["a time", { ...question, date_to: "2026-02-03T00:00:00Z" }, "date_to", /a calendar date/],
    ["the year 0", { ...question, date_from: "0000-01-01" }, "date_from", /a calendar date/],
    ["a Date", { ...question, date_from: new Date(0) }, "date_from", /date_from is an object/],
    [
      "from after to",
      { ...question, date_from: "2026-02-02", date_to: "2026-02-01" },
      "date_from",
      /date_from is "2026-02-02": give a date that is not after date_to/,
    ],
    ["an unknown period", { ...question, period: "minutely" }, "period", /give one of "hourly", /],
    ["an unknown comparison", { ...question, compare: "last" }, "compare", /one of "previous_p/],
    [
      "half of another range",
      { ...question, compare_from: "2026-02-01" },
      "compare_to",
      /compare_to is missing: give both compare_from and compare_to, or neither/,
    ],
    ["the other half", { ...question, compare_to: "2026-02-01" }, "compare_from", /give both/],
    [
      "another range that is backwards",
      { ...question, compare_from: "2026-02-02", compare_to: "2026-02-01" },
      "compare_from",
      /is "2026-02-02": give a date that is not after compare_to/,
    ],
    [
      "two comparisons",
      {
        ...question,
        compare: "previous_year",
        compare_from: "2026-02-01",
        compare_to: "2026-02-02",
      },
      "compare",
      /compare is "previous_year": leave it out beside compare_from and compare_to/,
    ],
    ["an extra key", { ...question, zone: "UTC" }, "zone", /^"zone" is not a field of this query/],
  ];

  test.each(cases)("%s", (_name, input, field, message) => {
    const error = errorOf(() => parse(input));
    expect(error).toMatchObject({ code: "invalid_input", field });
    expect(error.message).toMatch(message);
  });

  test("the error names every field that is wrong", () => {
    const { message } = errorOf(() => parse({ entity_type: "", entity_id: "7", period: "x" }));
    expect(message).toBe(
      'entity_type is "": give a text of 1 to 255 characters, like "listing". ' +
        'period is "x": give one of "hourly", "daily", "weekly", "monthly", "quarterly", "yearly".',
    );
  });

  test.each(["", "0000-12-31", 5])("a date that is %j is named once", (date_from) => {
    expect(errorOf(() => parse({ ...question, date_from })).message).toBe(
      `date_from is ${JSON.stringify(date_from)}: give a calendar date like "2026-01-31".`,
    );
  });

  test("a value of a million characters is shortened", () => {
    const { message } = errorOf(() => parse({ ...question, entity_id: "x".repeat(1_000_000) }));
    expect(message.length).toBeLessThan(250);
    expect(message).toContain("1000000 characters");
  });
});

describe("a query string", () => {
  test("gives the same query as an object", () => {
    const text = "entity_type=listing&entity_id=7&date_from=2026-01-01&period=weekly";
    expect(parseTimeSeriesQuery(new URLSearchParams(text))).toEqual({
      ...question,
      date_from: "2026-01-01",
      period: "weekly",
    });
  });

  test("may come as the object that HTTP frameworks make of it", () => {
    expect(parseTimeSeriesQuery({ ...question, period: undefined })).toMatchObject(question);
  });

  test("says null by an empty entity_id, and absent by any other empty field", () => {
    expect(parseTimeSeriesQuery({ entity_type: "page", entity_id: "", date_to: "" })).toEqual({
      entity_type: "page",
      entity_id: null,
      period: "daily",
    });
  });

  test("must not give a field twice", () => {
    const twice = new URLSearchParams("entity_type=a&entity_type=b&entity_id=1");
    expect(errorOf(() => parseTimeSeriesQuery(twice))).toMatchObject({ field: "entity_type" });
    const list = { ...question, period: ["daily", "weekly"] };
    expect(errorOf(() => parseTimeSeriesQuery(list))).toMatchObject({ field: "period" });
  });
});

test("whatever is asked, the answer is a query or invalid_input", () => {
  const letter = fc.constantFrom("2", "0", "-", "a", "'", "\\", "\0", "\ud83d", "é");
  const value = fc.oneof(fc.anything(), fc.string({ unit: letter }), fc.date());
  const input = fc.oneof(
    fc.anything(),
    fc.record(
      { entity_type: value, entity_id: value, date_from: value, date_to: value, period: value },
      { requiredKeys: [] },
    ),
    fc.dictionary(fc.string(), value),
  );
  fc.assert(
    fc.property(input, (asked) => {
      expect(["a query", "invalid_input"]).toContain(outcomeOf(() => parse(asked)));
    }),
  );
});

function outcomeOf(call: () => unknown): unknown {
  try {
    call();
    return "a query";
  } catch (error) {
    return isAnalyticsError(error) ? error.code : error;
  }
}

function errorOf(call: () => unknown) {
  try {
    call();
  } catch (error) {
    if (isAnalyticsError(error)) return error;
    throw error;
  }
  throw new Error("No error was thrown.");
}
