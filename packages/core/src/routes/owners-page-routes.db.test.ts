import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createInstalledDatabase } from "../../../../testing/oracle/create-installed-database.ts";
import type { TestDatabase } from "../../../../testing/test-database.ts";
import { AnalyticsClient } from "../analytics-client.ts";
import { AnalyticsError } from "../errors.ts";
import { createAnalyticsRoutes } from "./create-analytics-routes.ts";
import type { AnalyticsRoutesOptions } from "./routes-options.ts";

const ada = "00000000-0000-4000-8000-00000000000a";
const listing = "00000000-0000-4000-8000-000000000001";
const entity = { entity_type: "listing", entity_id: listing };
const range = { date_from: "2026-03-01", date_to: "2026-03-02" };
const base = "https://shop.example/anywhere/below";

let database: TestDatabase;
let analytics: AnalyticsClient;

beforeAll(async () => {
  database = await createInstalledDatabase("owner's page routes", { pageViewId: "uuid" });
  analytics = new AnalyticsClient({ pool: database.pool });
  await database.pool.query(
    `insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at) values
      ('listing', $1, $2, null, '2026-03-02T10:00:00Z'),
      ('listing', $1, null, $2, '2026-03-02T10:00:00Z')`,
    [listing, ada],
  );
});

afterAll(() => database.drop());

function routesFor(options: Partial<AnalyticsRoutesOptions> = {}) {
  return createAnalyticsRoutes(analytics, { authorize: () => undefined, ...options });
}

function get(path: string, query: Record<string, string> = {}): Request {
  return new Request(`${base}/${path}?${new URLSearchParams(query).toString()}`);
}

describe("the questions of an owner's page", () => {
  test.each([
    ["rolling-visitors", "getRollingVisitors"],
    ["heat-map", "getHeatMap"],
  ] as const)("%s is answered as the client answers", async (path, method) => {
    const response = await routesFor()(get(path, { ...entity, ...range }));
    const { freshness: _freshness, ...expected } = await analytics[method]({ ...entity, ...range });
    expect(await response.json()).toMatchObject(expected);
  });

  test("who authorizes says how small a group may be, and no browser does", async () => {
    const query = { ...entity, ...range, dimension: "visitor_kind" };
    const refused = await routesFor()(get("breakdown", { ...query, smallest_group: "0" }));
    expect(await refused.json()).toMatchObject({ error: { field: "smallest_group" } });
    const open = routesFor({ authorize: ({ query: asked }) => ({ ...asked, smallest_group: 1 }) });
    expect(await (await open(get("breakdown", { ...query, limit: "1" }))).json()).toMatchObject({
      smallest_group: 1,
      data: [{ value: "account", views: 1, unique_accounts: 1 }],
      other: { values: 1, views: 1 },
    });
  });

  test("live is about one entity, and about several for whom their own check lets through", async () => {
    const one = await routesFor()(get("live", { ...entity, minutes: "60" }));
    expect(await one.json()).toMatchObject({ data: [{ ...entity, views: 0 }], minutes: 60 });
    const several = get("live", { entity_type: "listing", entity_ids: `${listing},${ada}` });
    expect((await routesFor()(several.clone())).status).toBe(400);
    const asked: unknown[] = [];
    const routes = routesFor({ authorizeEntities: ({ question }) => void asked.push(question) });
    expect(await (await routes(several)).json()).toMatchObject({
      data: [{ entity_id: listing }, { entity_id: ada }],
    });
    expect(asked).toEqual(["live"]);
  });

  const post = (body: string) => new Request(`${base}/entity-totals`, { method: "POST", body });

  test("totals of several are there with their own check, by GET and by POST alike", async () => {
    const query = { entity_type: "listing", entity_ids: listing, ...range, sparkline: "daily" };
    expect((await routesFor()(get("entity-totals", query))).status).toBe(404);
    const routes = routesFor({ authorizeEntities: () => undefined });
    const got = await routes(get("entity-totals", query));
    const body = JSON.stringify({ entities: [entity], ...range, sparkline: "daily" });
    const posted = await routes(post(body));
    const expected = {
      data: [{ ...entity, views: 2, sparkline: [0, 2], last_view: "2026-03-02T10:00:00.000Z" }],
    };
    expect(await got.json()).toMatchObject(expected);
    expect(await posted.json()).toMatchObject(expected);
    const refused = await routesFor({
      authorizeEntities() {
        throw new AnalyticsError("forbidden", "Not yours.");
      },
    })(post(body));
    expect(refused.status).toBe(403);
  });

  test("who asks for totals by GET without entity_ids learns their name", async () => {
    const routes = routesFor({ authorizeEntities: () => undefined });
    const answer = { error: { code: "invalid_input", field: "entity_ids" } };
    for (const query of [entity, { entity_type: "listing" }]) {
      const response = await routes(get("entity-totals", query));
      expect([response.status, await response.json()]).toMatchObject([400, answer]);
    }
    expect((await routes(get("entity-totals", {}))).status).toBe(400);
  });

  test.each(["", "{", "[]", "{}", '{"entities":[]}', '{"entities":[],"entity_ids":"7"}'])(
    "a body that is %j is refused",
    async (body) => {
      const response = await routesFor({ authorizeEntities: () => undefined })(post(body));
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { field: "entities" } });
    },
  );
});
