import type { CollectMessage } from "@headcount/core/contract";
import { expect, test } from "vitest";
import { createOutbox } from "./create-outbox.ts";
import { createStore } from "./create-store.ts";

const view = (id: string, ageMs = 0): CollectMessage => ({
  type: "page_view",
  id,
  entity_type: "listing",
  entity_id: "1",
  session_id: "41",
  viewed_at: new Date(Date.now() - ageMs).toISOString(),
});
const time = (id: string, seconds: number): CollectMessage => ({
  type: "time_on_page",
  page_view_id: id,
  seconds,
});

test("An outbox keeps the longest time of each view, behind the view", () => {
  const outbox = createOutbox(createStore(false), "key");
  const other = view("b");
  for (const message of [time("a", 3), other, time("a", 5), time("b", 1), time("a", 4)]) {
    outbox.put(message);
  }
  expect(outbox.messages()).toEqual([time("a", 5), other, time("b", 1)]);
});

test("What a page saves is the next page's, until it has arrived", () => {
  const store = createStore(false);
  const first = createOutbox(store, "key");
  first.put(view("a"));
  first.put(time("a", 3));
  first.save();

  const next = createOutbox(store, "key");
  next.load();
  expect(next.messages()).toEqual(first.messages());
  first.put(time("a", 9));
  first.save();
  next.save();
  next.remove(next.messages());
  expect(next.messages()).toEqual([]);
  const third = createOutbox(store, "key");
  third.load();
  expect(third.messages()).toEqual([time("a", 9)]);
});

test("A view that could not be sent for a day is given up", () => {
  const outbox = createOutbox(createStore(false), "key");
  outbox.put(view("a", 25 * 3_600_000));
  outbox.put(view("b", 23 * 3_600_000));
  expect(outbox.messages()).toMatchObject([{ id: "b" }]);
});
