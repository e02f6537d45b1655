import { expect, test } from "vitest";
import { parseTimeSeriesQuery } from "./time-series-query.ts";

test.each([
  [undefined, "The query is missing: give an object."],
  [null, "The query is null: give an object."],
  ["entity_type=listing", 'The query is "entity_type=listing": give an object.'],
  [["listing"], "The query is an array: give an object."],
  [7, "The query is 7: give an object."],
])("%j is not a query string that was parsed", (query, message) => {
  expect(() => parseTimeSeriesQuery(query)).toThrow(
    expect.objectContaining({ code: "invalid_input", message }),
  );
});
