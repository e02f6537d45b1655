import * as fc from "fast-check";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import type { TestDatabase } from "../../../../../testing/test-database.ts";
import { AnalyticsClient } from "../../analytics-client.ts";

const url = "https://shop.example/api/analytics/collect";
const uuid = "00000000-0000-4000-8000-000000000001";

let database: TestDatabase;
let analytics: AnalyticsClient;

beforeAll(async () => {
  database = await createInstalledDatabase("collect request fuzz", { pageViewId: "uuid" });
  analytics = new AnalyticsClient({ pool: database.pool });
});

afterEach(async () => {
  vi.restoreAllMocks();
  await database.pool.query("truncate page_views");
});

afterAll(() => database.drop());

async function rowsStored(): Promise<number> {
  const { rows } = await database.pool.query<{ rows: number }>(
    "select count(*)::int as rows from page_views",
  );
  return rows[0]?.rows ?? 0;
}

/** Everything by which a library could write a line. */
function listen(): () => number {
  const output = [
    vi.spyOn(process.stdout, "write"),
    vi.spyOn(process.stderr, "write"),
    ...(["log", "info", "warn", "error", "debug", "trace"] as const).map((name) =>
      vi.spyOn(console, name),
    ),
  ];
  return () => output.reduce((lines, { mock }) => lines + mock.calls.length, 0);
}

async function statusOf(body: BodyInit, type: string): Promise<number> {
  const headers = { "content-type": type };
  const request = new Request(url, { method: "POST", body, headers });
  return (await analytics.collectRequest(request, { account_id: uuid })).status;
}

const types = fc.constantFrom("", "application/json", "text/plain;charset=UTF-8", "text/html");

test("raw bytes are never a 5xx, a stored row or a line", async () => {
  const lines = listen();
  const bytes = fc.uint8Array({ maxLength: 70_000 });
  await fc.assert(
    fc.asyncProperty(bytes, types, async (body, type) => {
      const status = await statusOf(new Uint8Array(body), type);
      expect([400, 413, 415]).toContain(status);
    }),
    { numRuns: 500 },
  );
  expect(lines()).toBe(0);
  expect(await rowsStored()).toBe(0);
});

const nasty = fc.constantFrom(
  "\0",
  "\ud83d",
  "'; drop table page_views; --",
  "9".repeat(400),
  "x".repeat(5000),
  uuid,
  "0001-01-01T00:00:00Z",
  "9999-12-31T23:59:59+14:00",
  "0000-01-01T00:00:00Z",
  "javascript:alert(1)",
);
const value = fc.oneof(nasty, fc.jsonValue(), fc.double(), fc.constant(null));
const fields = {
  type: fc.constantFrom("page_view", "time_on_page"),
  id: fc.oneof(fc.uuid(), value),
  page_view_id: value,
  seconds: fc.oneof(fc.double(), value),
  entity_type: value,
  entity_id: value,
  session_id: value,
  viewed_at: value,
  referrer_url: value,
  account_id: value,
  __proto__: value,
};

test("JSON that is not a message is never a 5xx, a stored row or a line", async () => {
  const lines = listen();
  const body = fc.oneof(
    fc.json(),
    // One field at least is wrong: the entity is not a uuid, or the account is named.
    fc
      .array(fc.record(fields, { requiredKeys: ["type", "account_id"] }), { maxLength: 5 })
      .map((messages) => JSON.stringify({ messages })),
    fc.array(fc.jsonValue(), { maxLength: 60 }).map((messages) => JSON.stringify({ messages })),
  );
  await fc.assert(
    fc.asyncProperty(body, types, async (json, type) => {
      expect([202, 400, 413, 415]).toContain(await statusOf(json, type));
    }),
    { numRuns: 500 },
  );
  expect(lines()).toBe(0);
  expect(await rowsStored()).toBe(0);
});

test("messages whose fields are of the right kind are stored or refused, and never a 5xx", async () => {
  const text = fc.oneof(nasty, fc.string({ unit: "binary", maxLength: 300 }));
  const instant = fc
    .date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true })
    .map((date) => date.toISOString());
  const view = fc.record(
    {
      type: fc.constant("page_view"),
      id: fc.uuid(),
      entity_type: text,
      entity_id: fc.oneof(fc.uuid(), fc.constant(null), text),
      session_id: fc.oneof(fc.uuid(), text),
      viewed_at: instant,
      referrer_url: fc.oneof(fc.webUrl({ withQueryParameters: true, withFragments: true }), text),
    },
    { requiredKeys: ["type", "id", "entity_type", "entity_id", "session_id"] },
  );
  const time = fc.record({
    type: fc.constant("time_on_page"),
    page_view_id: fc.uuid(),
    seconds: fc.double(),
  });
  const lines = listen();
  const messages = fc.array(fc.oneof(view, time), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(messages, async (sent) => {
      const body = JSON.stringify({ messages: sent });
      expect([202, 413]).toContain(await statusOf(body, "application/json"));
    }),
    { numRuns: 200 },
  );
  expect(lines()).toBe(0);
  const { accepted, refused } = analytics.collectionCounts();
  expect(accepted).toBeGreaterThan(0);
  expect(accepted).toBe(await rowsStored());
  expect(refused.refused_by_table).toBe(0);
});
