import { randomUUID } from "node:crypto";
import { Kysely, PostgresDialect } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createInstalledDatabase } from "../../../../../testing/oracle/create-installed-database.ts";
import type { TestDatabase } from "../../../../../testing/test-database.ts";
import { AnalyticsClient } from "../../analytics-client.ts";
import type { CollectBody, CollectMessage } from "../../contract/collect.ts";
import type { Entity } from "../../contract/entity.ts";
import type { CollectRequestOptions } from "./collect-options.ts";

const ada = "00000000-0000-4000-8000-00000000000a";
const bob = "00000000-0000-4000-8000-00000000000b";
const listing = "00000000-0000-4000-8000-000000000001";
const url = "https://shop.example/api/analytics/collect";
const statements: string[] = [];

let database: TestDatabase;
let analytics: AnalyticsClient;

beforeAll(async () => {
  database = await createInstalledDatabase("collect request", { pageViewId: "uuid" });
});

beforeEach(async () => {
  await database.pool.query("truncate page_views");
  const db = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: database.pool }),
    log: ({ query }) => {
      statements.push(query.sql);
    },
  });
  analytics = new AnalyticsClient({ db });
  // What the installation and the table say is read once.
  await analytics.trackPageViews([]);
  statements.length = 0;
});

afterAll(() => database.drop());

function view(fields: Partial<CollectMessage> = {}): CollectMessage & { type: "page_view" } {
  const session_id = "00000000-0000-4000-8000-00000000000c";
  const entity = { entity_type: "listing", entity_id: listing };
  return { type: "page_view", id: randomUUID(), ...entity, session_id, ...fields } as never;
}

function post(body: BodyInit, headers: HeadersInit = {}): Request {
  return new Request(url, { method: "POST", body, headers });
}

function postMessages(messages: CollectMessage[], headers: HeadersInit = {}): Request {
  const body: CollectBody = { messages };
  return post(JSON.stringify(body), { "content-type": "application/json", ...headers });
}

async function stored(): Promise<Record<string, unknown>[]> {
  const { rows } = await database.pool.query<Record<string, unknown>>(
    "select id, account_id, owner_id, time_on_page from page_views order by viewed_at, id",
  );
  return rows;
}

test("views and times of one body are stored by two statements, for the account that the host names", async () => {
  // a source that is new takes one more
  await analytics.collectRequest(postMessages([view()]));
  await database.pool.query("truncate page_views");
  statements.length = 0;
  const viewed = view();
  const response = await analytics.collectRequest(
    postMessages([
      { type: "time_on_page", page_view_id: viewed.id, seconds: 3.2 },
      viewed,
      { type: "time_on_page", page_view_id: viewed.id, seconds: 12.9 },
    ]),
    { account_id: ada },
  );
  expect(response.status).toBe(202);
  expect(await response.json()).toEqual({ accepted: 3, refused: [] });
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(await stored()).toEqual([
    { id: viewed.id, account_id: ada, owner_id: null, time_on_page: 12 },
  ]);
  expect(statements).toHaveLength(2);
});

test("a client can never name an account, nor an owner", async () => {
  const forged = [{ account_id: ada }, { owner_id: ada }].map((of) => ({ ...view(), ...of }));
  const response = await analytics.collectRequest(postMessages([...forged, view()]));
  const { accepted, refused } = (await response.json()) as { accepted: number; refused: object[] };
  expect([response.status, accepted]).toEqual([202, 1]);
  expect(refused).toMatchObject([
    { index: 0, code: "invalid_input" },
    { index: 1, code: "invalid_input" },
  ]);
  expect(await stored()).toMatchObject([{ account_id: null, owner_id: null }]);
});

test("whose an entity is, the host is asked once for each of them, and it is stored with the view", async () => {
  const other = { entity_id: "00000000-0000-4000-8000-000000000002" };
  const [views, asked] = [
    [view(), view(other), view(), view({ entity_id: null })],
    new Array<unknown>(),
  ];
  const ownerOf = ({ entity_id }: Entity) => {
    asked.push(entity_id);
    return Promise.resolve(entity_id === listing ? ada.toUpperCase() : null);
  };
  // the same function twice: asked once as well
  const options = { account_id: bob, owner_id: ownerOf, owner_account_id: ownerOf };
  const response = await analytics.collectRequest(postMessages(views), options);
  expect(await response.json()).toEqual({ accepted: 4, refused: [] });
  expect(asked).toEqual([listing, other.entity_id, null]);
  const owners = new Map((await stored()).map(({ id, owner_id }) => [id, owner_id]));
  expect(views.map(({ id }) => owners.get(id))).toEqual([ada, null, ada, null]);

  statements.length = 0;
  await analytics.collectRequest(postMessages([view()]), { account_id: bob });
  expect(statements.join()).not.toContain("owner_id");
});

test.each([
  ["account_id", { account_id: "ada" }],
  ["owner_account_id", { owner_account_id: 7 }],
  ["owner_account_id", { account_id: ada, owner_account_id: () => "ada" }],
  ["owner_id", { owner_id: "ada" }],
  ["owner_id", { owner_id: () => Promise.resolve({ id: ada } as never) }],
])("a wrong %s is the host's mistake, and stores nothing", async (field, options) => {
  const call = analytics.collectRequest(postMessages([view()]), options);
  await expect(call).rejects.toMatchObject({ code: "invalid_input", field });
  expect(await stored()).toEqual([]);
});

test("refusals have the index in the body", async () => {
  const messages: CollectMessage[] = [
    { type: "time_on_page", page_view_id: randomUUID(), seconds: 1 },
    { ...view(), entity_id: "7" },
    { ...view(), id: "7" },
    view(),
  ];
  const response = await analytics.collectRequest(postMessages(messages));
  expect(await response.json()).toMatchObject({
    accepted: 1,
    refused: [
      { index: 0, code: "unknown_page_view" },
      { index: 1, code: "invalid_input" },
      { index: 2, code: "invalid_input" },
    ],
  });
});

describe("an owner's own views are dropped", () => {
  test.each<[name: string, owner: CollectRequestOptions["owner_account_id"]]>([
    ["by id", ada],
    ["by entity", ({ entity_id }) => Promise.resolve(entity_id === listing ? ada : null)],
  ])("known %s", async (_name, owner_account_id) => {
    const request = () => postMessages([view(), view()]);
    const own = await analytics.collectRequest(request(), { account_id: ada, owner_account_id });
    expect(await own.json()).toMatchObject({ accepted: 0, refused: [{ code: "own_view" }, {}] });
    const other = await analytics.collectRequest(request(), { owner_account_id });
    expect(await other.json()).toMatchObject({ accepted: 2 });
    expect(analytics.collectionCounts()).toMatchObject({ accepted: 2, refused: { own_view: 2 } });
  });
});

test("a bot is answered like anybody, and nothing of it is stored", async () => {
  const request = postMessages([view()], { "user-agent": "Googlebot/2.1" });
  const response = await analytics.collectRequest(request);
  expect(response.status).toBe(202);
  expect(await response.json()).toMatchObject({
    accepted: 0,
    refused: [{ index: 0, code: "bot" }],
  });
  expect(analytics.collectionCounts().refused.bot).toBe(1);
  expect(statements).toEqual([]);
});

test("too many views of a session are answered by 429", async () => {
  const client = new AnalyticsClient({ pool: database.pool, collection: { maxViewsPerMinute: 2 } });
  const first = await client.collectRequest(postMessages([view(), view(), view()]));
  expect(first.status).toBe(202);
  const second = await client.collectRequest(postMessages([view()]));
  expect([second.status, second.headers.get("retry-after")]).toEqual([429, "60"]);
  expect(await stored()).toHaveLength(2);
});

describe("any body that sendBeacon makes of JSON is read", () => {
  test.each<[name: string, body: (json: string) => BodyInit]>([
    ["a text", (json) => json],
    ["a Blob of JSON", (json) => new Blob([json], { type: "application/json" })],
    ["a Blob of no type", (json) => new Blob([json])],
    ["bytes", (json) => new TextEncoder().encode(json)],
  ])("%s", async (_name, body) => {
    const request = post(body(JSON.stringify({ messages: [view()] })));
    expect((await analytics.collectRequest(request)).status).toBe(202);
    expect(await stored()).toHaveLength(1);
  });
});

describe("a request that is of no use is answered, and stores nothing", () => {
  const endless = () => {
    const chunk = new Uint8Array(1024);
    return new ReadableStream({ pull: (controller) => controller.enqueue(chunk) });
  };
  const broken = () => new ReadableStream({ pull: (controller) => controller.error(new Error()) });
  const stream = (body: BodyInit) => {
    const init: RequestInit & { duplex: "half" } = { method: "POST", body, duplex: "half" };
    return new Request(url, init);
  };
  const form = new URLSearchParams({ messages: "[]" });

  test.each<[name: string, status: number, request: () => Request]>([
    ["a GET", 405, () => new Request(url)],
    [
      "a page of another site",
      403,
      () => postMessages([view()], { "sec-fetch-site": "cross-site" }),
    ],
    [
      "a page of the same site",
      403,
      () => postMessages([view()], { "sec-fetch-site": "same-site" }),
    ],
    [
      "a page of another origin, by a browser that says no more",
      403,
      () => post(JSON.stringify({ messages: [view()] }), { origin: "https://evil.example" }),
    ],
    ["a page without an origin", 403, () => postMessages([view()], { origin: "null" })],
    ["a form", 415, () => post(form)],
    ["a form of parts", 415, () => post(new FormData())],
    ["compressed JSON", 415, () => post("{}", { "content-encoding": "gzip" })],
    ["a long body", 413, () => post(" ".repeat(65_537))],
    ["a body without end", 413, () => stream(endless())],
    ["a body that breaks off", 400, () => stream(broken())],
    ["no body", 400, () => new Request(url, { method: "POST" })],
    ["no JSON", 400, () => post("messages")],
    ["no UTF-8", 400, () => post(Uint8Array.of(34, 255, 34))],
    ["no messages", 400, () => post("{}")],
  ])("%s", async (_name, status, request) => {
    const response = await analytics.collectRequest(request());
    expect(response.status).toBe(status);
    const answer = { error: { code: "invalid_input", message: expect.stringMatching(/\.$/) } };
    expect(await response.json()).toEqual(answer);
    expect(statements).toEqual([]);
  });

  test("unless pages of other sites, or of the same site, are welcome", async () => {
    const from = (site: string) => postMessages([view()], { "sec-fetch-site": site });
    const allowed = { allowSameSite: true };
    expect((await analytics.collectRequest(from("cross-site"), allowed)).status).toBe(403);
    expect((await analytics.collectRequest(from("same-site"), allowed)).status).toBe(202);
    const all = { allowCrossSite: true };
    expect((await analytics.collectRequest(from("cross-site"), all)).status).toBe(202);
  });
});

test("a body that the host has read is the host's mistake", async () => {
  const request = postMessages([view()]);
  await request.text();
  const call = analytics.collectRequest(request);
  await expect(call).rejects.toMatchObject({ code: "invalid_input", field: "request" });
});

test("a database that cannot be reached is the host's to know", async () => {
  await using elsewhere = new AnalyticsClient({ connectionString: "postgres://127.0.0.1:1/none" });
  const call = elsewhere.collectRequest(postMessages([view()]));
  await expect(call).rejects.toMatchObject({ code: "database" });
});
