import type { Freshness, VisitorList } from "@headcount/core/contract";
import { expect, test } from "vitest";
import { joinVisitorPages } from "./visitor-pages.ts";

function page(freshness: Freshness): VisitorList {
  const range = { date_from: null, date_to: null };
  const empty = { ...range, next_cursor: null, data: [], visits_from: null, hidden: null };
  const subject = {
    level: "entity",
    entity_type: "page",
    entity_id: null,
    owner_id: null,
  } as const;
  return { ...subject, ...empty, freshness };
}

test("a list is as fresh as its least fresh page", () => {
  const early = "2026-01-01T00:00:00.000Z";
  const late = "2026-01-01T00:00:01.000Z";
  const live = page({ live: true, pending_changes: 0, folded_through: late });
  const behind = page({ live: false, pending_changes: 9, folded_through: early });
  const unknown = page({ live: true, pending_changes: 0, folded_through: null });
  const join = (...pages: VisitorList[]) => joinVisitorPages({ pages, pageParams: [] }).freshness;
  expect(join(live)).toEqual(live.freshness);
  expect(join(live, behind)).toEqual(behind.freshness);
  expect(join(behind, live)).toEqual(behind.freshness);
  expect(join(live, unknown).folded_through).toBeNull();
});
