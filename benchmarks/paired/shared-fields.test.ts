import { expect, test } from "vitest";
import { sharedFields } from "./shared-fields.ts";

test("fields of one answer alone are left out, at any depth", () => {
  const earlier = { data: [{ date: "2026-03-01", views: 3 }], total: 3, removed: 1 };
  const later = { data: [{ date: "2026-03-01", views: 4, new: 1 }], total: 3, owner_id: null };
  expect(sharedFields(earlier, later)).toEqual({
    data: [{ date: "2026-03-01", views: 3 }],
    total: 3,
  });
  expect(sharedFields(later, earlier)).toEqual({
    data: [{ date: "2026-03-01", views: 4 }],
    total: 3,
  });
});

test.each([
  [[1], [1, 2]],
  [{ visitors: [] }, { visitors: null }],
  [{ visitors: [{ id: "a" }] }, { visitors: [{ id: "a" }, { id: "b" }] }],
])("what is shared of %j and %j differs", (one, other) => {
  expect(sharedFields(one, other)).not.toEqual(sharedFields(other, one));
});
