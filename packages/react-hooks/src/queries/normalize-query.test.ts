import { expect, test } from "vitest";
import { normalizeQuery } from "./normalize-query.ts";

interface Asked {
  entity_type: string;
  entity_id: string | number | null;
  period?: string | undefined;
  search?: string;
}

const defaults = { period: "daily" };

test("an id is text, null stays null, and what is not said is the default", () => {
  const asked: Asked = { entity_type: "listing", entity_id: 7, period: undefined };
  expect(normalizeQuery(asked, defaults)).toEqual({
    entity_type: "listing",
    entity_id: "7",
    period: "daily",
  });
  const page: Asked = { entity_type: "page", entity_id: null, period: "weekly" };
  expect(normalizeQuery(page, defaults)).toEqual(page);
});

test("a question of a wider level has that level and its keys, and one of an entity no level", () => {
  const owner = { level: "owner", owner_id: 7 };
  expect(normalizeQuery(owner, {})).toEqual({ level: "owner", owner_id: "7" });
  expect(normalizeQuery({ level: "site" }, {})).toEqual({ level: "site" });
  const listing = { entity_type: "listing", entity_id: "7" };
  expect(normalizeQuery({ ...listing, level: "entity" }, {})).toEqual(listing);
});

test("a field that a form left empty is not given, but an empty entity is not taken for none", () => {
  const asked: Asked = { entity_type: "listing", entity_id: "", period: "", search: "" };
  expect(normalizeQuery(asked, defaults)).toEqual({
    entity_type: "listing",
    entity_id: "",
    period: "daily",
  });
});
