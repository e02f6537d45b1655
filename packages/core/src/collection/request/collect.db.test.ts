import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import type { TestDatabase } from "../../../../../testing/test-database.ts";
import { AnalyticsClient } from "../../analytics-client.ts";

const ada = "00000000-0000-4000-8000-00000000000a";
const entity = { entity_type: "listing", entity_id: "00000000-0000-4000-8000-000000000001" };

let database: TestDatabase;
let analytics: AnalyticsClient;

beforeAll(async () => {
  database = await createInstalledDatabase("collect", { pageViewId: "uuid" });
});

beforeEach(async () => {
  await database.pool.query("truncate page_views");
  analytics = new AnalyticsClient({ pool: database.pool });
});

afterAll(() => database.drop());

const view = () => ({
  type: "page_view" as const,
  id: randomUUID(),
  session_id: randomUUID(),
  ...entity,
});

async function stored(): Promise<unknown[]> {
  const { rows } = await database.pool.query<{ time_on_page: number | null }>(
    "select time_on_page from page_views",
  );
  return rows;
}

test("a time is stored with or without the entity that its view is of", async () => {
  const [first, second] = [view(), view()];
  const { entity_type, entity_id } = first;
  const result = await analytics.collect({
    messages: [
      first,
      second,
      { type: "time_on_page", page_view_id: first.id, entity_type, entity_id, seconds: 5 },
      { type: "time_on_page", page_view_id: second.id, seconds: 5 },
    ],
  });
  expect(result).toEqual({ accepted: 4, refused: [] });
  expect(await stored()).toMatchObject([{ time_on_page: 5 }, { time_on_page: 5 }]);
});

test("a body that a framework has parsed is collected as it is", async () => {
  const headers = { "user-agent": "Googlebot/2.1" };
  const body = { messages: [view()] };
  expect(await analytics.collect(body, { headers })).toMatchObject({ refused: [{ code: "bot" }] });
  expect(await analytics.collect(body, { account_id: ada })).toMatchObject({ accepted: 1 });
  await expect(analytics.collect({ messages: 5 })).rejects.toMatchObject({ field: "messages" });
});

test("a body that a page of another origin sent is refused and counted, also when a framework has parsed it", async () => {
  const headers = { host: "shop.example", origin: "https://evil.example" };
  const body = { messages: [view(), { type: "time_on_page" }] };
  const { accepted, refused } = await analytics.collect(body, { headers, account_id: ada });
  expect([accepted, refused.map(({ code }) => code)]).toEqual([
    0,
    ["foreign_origin", "invalid_input"],
  ]);
  expect(analytics.collectionCounts().refused).toMatchObject({ foreign_origin: 1 });
  expect(await stored()).toEqual([]);
  const own = { ...headers, origin: "https://shop.example" };
  expect(await analytics.collect(body, { headers: own })).toMatchObject({ accepted: 1 });
});
