import type { AccountVisitor, AnonymousVisitor, AttributesVisitor } from "@headcount/core/contract";
import { expect, test } from "vitest";
import { visitorDetail } from "./visitor-detail.ts";

const visits = {
  visit_count: 1,
  days_visited: 1,
  first_visit: "2026-03-02T09:00:00.000Z",
  last_visit: "2026-03-02T09:00:00.000Z",
  avg_time_on_page: null,
  visits: [],
};
const ada: AccountVisitor = {
  kind: "account",
  account_id: "7",
  ref: null,
  username: "ada",
  display_name: "Ada Lovelace",
  viewer: { company: "Acme", role: null },
  ...visits,
};
const unnamed: AttributesVisitor = {
  ...ada,
  kind: "attributes",
  account_id: null,
  ref: "0123456789",
  username: null,
  display_name: "Anonymous",
};
const nobody: AnonymousVisitor = { ...unnamed, kind: "anonymous", viewer: {} };

test.each([
  ["an account", ada, "ada · Acme"],
  ["an account without attributes", { ...ada, viewer: {} }, "ada"],
  ["an account that is listed by its attributes", unnamed, "Acme"],
  ["one of which nothing is known", { ...unnamed, viewer: { company: null } }, "visitor 01234567"],
  ["somebody without an account", nobody, "visitor 01234567"],
])("%s", (_name, visitor, detail) => {
  expect(visitorDetail(visitor, (ref) => `visitor ${ref}`)).toBe(detail);
});
