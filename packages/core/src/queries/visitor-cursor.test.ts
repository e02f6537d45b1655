import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readCursor, type VisitorPosition, writeCursor } from "./visitor-cursor.ts";

const query = {
  entity_type: "listing",
  entity_id: "7",
  sort: "visit_count" as const,
  limit: 50,
  visits_limit: 5,
};
const position: VisitorPosition = {
  values: ["12", "2026-01-02T03:04:05.123456Z"],
  account_id: "ada",
  ref: null,
};
const cursor = writeCursor({ query, position });
const refused = expect.objectContaining({ code: "invalid_cursor", field: "cursor" });

function read(changes: object) {
  return readCursor({ query: { ...query, cursor, ...changes }, accountType: "text" });
}

test("a cursor says where the page ended, to the microsecond", () => {
  expect(read({})).toEqual(position);
});

test("the sizes of pages may change from page to page", () => {
  expect(read({ limit: 2, visits_limit: 0 })).toEqual(position);
});

test.each([
  { entity_id: "8" },
  { entity_type: "article" },
  { entity_id: null },
  { date_from: "2026-01-01" },
  { kind: "account" },
  { search: "ada" },
  { sort: "last_visit" },
])("a cursor is refused with another query: %j", (change) => {
  expect(() => read(change)).toThrow(refused);
});

test("a cursor in which any character was changed is refused", () => {
  fc.assert(
    fc.property(fc.nat(cursor.length - 1), fc.constantFrom("A", "z", "0", "-"), (at, letter) => {
      fc.pre(cursor[at] !== letter);
      const changed = cursor.slice(0, at) + letter + cursor.slice(at + 1);
      fc.pre(!Buffer.from(changed, "base64url").equals(Buffer.from(cursor, "base64url")));
      expect(() => read({ cursor: changed })).toThrow(refused);
    }),
  );
});

test("any text is refused", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String(), fc.json()), (text) => {
      expect(() => read({ cursor: text })).toThrow(refused);
    }),
  );
});

test.each<[name: string, change: Partial<VisitorPosition>]>([
  ["a count that is not one", { values: ["1; drop table page_views", position.values[1]] }],
  ["nobody in it", { account_id: null }],
  ["two visitors in it", { ref: "abc" }],
  ["an instant that is not one", { values: ["12", "2026-19-02T03:04:05.123456Z"] }],
])("a cursor made by hand with %s is refused", (_name, change) => {
  const forged = writeCursor({ query, position: { ...position, ...change } });
  expect(() => read({ cursor: forged })).toThrow(refused);
});

test("a cursor made by hand with an id of another type is refused", () => {
  const call = () => readCursor({ query: { ...query, cursor }, accountType: "uuid" });
  expect(call).toThrow(refused);
});
