import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { AnalyticsError, type AnalyticsErrorCode } from "../errors.ts";
import { answerError } from "./answer-error.ts";
import { statusOf } from "./status-of.ts";

// all of them: the compiler misses one that is left out
const codes = Object.keys({
  invalid_input: true,
  unknown_time_zone: true,
  range_too_long: true,
  too_many_visitors: true,
  invalid_cursor: true,
  dimension_not_kept: true,
  sealed: true,
  level_not_kept: true,
  level_not_ready: true,
  level_not_allowed: true,
  not_on_citus: true,
  schema_missing: true,
  schema_out_of_date: true,
  unfit_page_views: true,
  aborted: true,
  closed: true,
  database: true,
  signed_out: true,
  upgrade_needed: true,
  forbidden: true,
} satisfies Record<AnalyticsErrorCode, true>) as AnalyticsErrorCode[];

const page = readFileSync(new URL("../../../../docs/errors.md", import.meta.url), "utf8");
const documented = new Map(
  [...page.matchAll(/^\| `(\w+)` .*\| (\d{3}) +\|$/gm)].map(([, code, status]) => [code, status]),
);

test("docs/errors.md has every code, and no other", () => {
  expect(new Set(documented.keys())).toEqual(new Set(codes));
});

test.each(codes)("%s is answered with the status that docs/errors.md gives", async (code) => {
  const error = new AnalyticsError(code, "What the database said.", { field: "period" });
  expect(String(statusOf(error))).toBe(documented.get(code));
  const response = answerError(error);
  expect(response.status).toBe(statusOf(error));
  const text = await response.text();
  expect(text.includes("What the database said.")).toBe(response.status < 499);
});

describe("an error that is not ours", () => {
  test.each([
    new Error('relation "secrets" does not exist'),
    Object.assign(new Error("secrets"), { status: 404, code: "invalid_input" }),
    "secrets",
    undefined,
  ])("%s is answered with 500 and without its words", async (error) => {
    const response = answerError(error);
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({
      error: { code: "internal", message: "Something went wrong here: try again later." },
    });
  });
});

test("an answer says which field is wrong, and is kept by no cache", async () => {
  const response = answerError(new AnalyticsError("invalid_input", "No.", { field: "period" }));
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(await response.json()).toEqual({
    error: { code: "invalid_input", message: "No.", field: "period" },
  });
});
