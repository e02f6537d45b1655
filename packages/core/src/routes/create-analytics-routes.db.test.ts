import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
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
const heard: Error[] = [];

beforeAll(async () => {
  database = await createInstalledDatabase("analytics routes", { pageViewId: "uuid" });
  analytics = new AnalyticsClient({ pool: database.pool });
  await database.pool.query(
    `insert into page_views (entity_type, entity_id, account_id, session_id, viewed_at) values
      ('listing', $1, $2, null, '2026-03-02T10:00:00Z'),
      ('listing', $1, null, $2, '2026-03-02T10:00:00Z')`,
    [listing, ada],
  );
});

beforeEach(() => {
  heard.length = 0;
});

afterAll(() => database.drop());

function routesFor(options: Partial<AnalyticsRoutesOptions> = {}) {
  return createAnalyticsRoutes(analytics, {
    authorize: () => undefined,
    onError: (error) => heard.push(error),
    ...options,
  });
}

function get(path: string, query: Record<string, string> = {}): Request {
  return new Request(`${base}/${path}?${new URLSearchParams(query).toString()}`);
}

function postView(path = "collect"): Request {
  const message = { type: "page_view", id: randomUUID(), session_id: randomUUID(), ...entity };
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ messages: [message] });
  return new Request(`${base}/${path}`, { method: "POST", headers, body });
}

describe("a question", () => {
  test.each(["time-series", "time-series/"])(
    "%s is answered as the client answers",
    async (path) => {
      const response = await routesFor()(get(path, { ...entity, ...range }));
      expect(response.status).toBe(200);
      expect(response.headers.get("cache-control")).toBe("no-store");
      const expected = await analytics.getTimeSeries({ ...entity, ...range });
      expect(expected.totals.unique_visitors).toBe(2);
      expect(await response.json()).toEqual({ ...expected, freshness: expect.anything() });
    },
  );

  test("about a wider level is asked by the check of that level, and refused without one", async () => {
    const owner = { level: "owner", owner_id: ada };
    const refused = await routesFor()(get("time-series", { ...owner, ...range }));
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ error: { code: "level_not_allowed" } });
    const asked: unknown[] = [];
    const routes = routesFor({
      authorize: () => expect.unreachable(),
      authorizeOwner: ({ question, query }) => void asked.push([question, query]),
      authorizeSite: ({ question, query }) => void asked.push([question, query]),
    });
    await routes(get("heat-map", { ...owner, ...range }));
    await routes(get("digest", { ...owner, date: "2026-03-02" }));
    await routes(get("top-entities", { ...owner, ...range }));
    await routes(get("live", owner));
    // nothing is counted here besides entities
    const response = await routes(get("rolling-visitors", { level: "site", ...range }));
    expect(response.status).toBe(501);
    expect(asked).toEqual([
      ["heat-map", { ...owner, ...range }],
      ["digest", { ...owner, period: "weekly", date: "2026-03-02" }],
      ["top-entities", { ...owner, ...range, sort: "unique_visitors", limit: 10 }],
      ["live", { ...owner, minutes: 5 }],
      ["rolling-visitors", { level: "site", ...range }],
    ]);
  });

  test("which entities are viewed most is asked of those only whose check there is", async () => {
    const levels = [{ level: "owner", owner_id: ada }, { level: "site" }];
    const statuses = async (options: Partial<AnalyticsRoutesOptions>) =>
      Promise.all(
        levels.map(async (level) => (await routesFor(options)(get("top-entities", level))).status),
      );
    expect(await statuses({})).toEqual([404, 404]);
    expect(await statuses({ authorizeSite: () => undefined })).toEqual([403, 200]);
    expect(await statuses({ authorizeOwner: () => undefined })).toEqual([501, 403]);
  });

  test("a digest is answered as the client answers", async () => {
    const response = await routesFor()(get("digest", { ...entity, date: "2026-03-02" }));
    const expected = await analytics.getDigest({ ...entity, date: "2026-03-02" });
    expect(expected.totals.unique_visitors).toBe(2);
    expect(await response.json()).toEqual({ ...expected, freshness: expect.anything() });
  });

  test("about visitors has its numbers as digits", async () => {
    const response = await routesFor()(get("visitors", { ...entity, limit: "1" }));
    expect(await response.json()).toMatchObject({
      data: [{ visit_count: 1 }],
      next_cursor: expect.any(String),
    });
  });

  test("is parsed before it is authorized, with the request and what the framework knows", async () => {
    const asked: unknown[] = [];
    const routes = createAnalyticsRoutes<{ user: string }>(analytics, {
      authorize: ({ request, ...all }) => {
        asked.push({ ...all, url: request.url });
      },
    });
    const request = get("visitors", { ...entity, limit: "7" });
    await routes(request, { user: "ada" });
    expect(asked).toEqual([
      {
        question: "visitors",
        query: { ...entity, sort: "visit_count", limit: 7, visits_limit: 5 },
        earliest_date: null,
        today: new Date().toISOString().slice(0, 10),
        url: request.url,
        context: { user: "ada" },
      },
    ]);
  });

  test("that cannot be read is refused with 400 and its field, and authorizes nothing", async () => {
    const routes = routesFor({ authorize: () => Promise.reject(new Error("It was asked.")) });
    const response = await routes(get("time-series", { ...entity, period: "minutely" }));
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: {
        code: "invalid_input",
        message: expect.stringContaining('period is "minutely"'),
        field: "period",
      },
    });
  });

  test("that the database refuses as wrong is answered with 400 as well", async () => {
    const response = await routesFor()(get("time-series", { ...entity, entity_id: "no-uuid" }));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { field: "entity_id" } });
  });
});

describe("authorize", () => {
  test.each([
    ["signed_out", 401],
    ["upgrade_needed", 402],
    ["forbidden", 403],
  ] as const)("refuses with %s", async (code, status) => {
    const routes = routesFor({
      authorize: () => Promise.reject(new AnalyticsError(code, "Not you.")),
    });
    const response = await routes(get("visitors", entity));
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error: { code, message: "Not you." } });
    expect(heard).toEqual([]);
  });

  test("may have another question asked instead", async () => {
    const routes = routesFor({
      authorize: ({ query }) => ({ ...query, date_from: "2026-03-02", date_to: "2026-03-02" }),
    });
    const response = await routes(get("time-series", { ...entity, ...range }));
    expect(await response.json()).toMatchObject({ date_from: "2026-03-02", data: [{ views: 2 }] });
  });

  test("may throw what only the framework understands", async () => {
    const redirect = new Error("NEXT_REDIRECT");
    const routes = routesFor({ authorize: () => Promise.reject(redirect) });
    await expect(routes(get("visitors", entity))).rejects.toBe(redirect);
  });
});

describe("what goes wrong on the server", () => {
  test("is heard of there, and the browser gets none of its words", async () => {
    const url = new URL(database.url);
    url.pathname = "/a_secret_name";
    await using lost = new AnalyticsClient({ connectionString: url.href });
    const routes = createAnalyticsRoutes(lost, {
      authorize: () => undefined,
      onError: (error) => heard.push(error),
    });
    const response = await routes(get("time-series", entity));
    expect(response.status).toBe(500);
    const answer = await response.text();
    expect(JSON.parse(answer)).toMatchObject({ error: { code: "internal" } });
    expect(answer).not.toContain("secret");
    expect(heard).toEqual([
      expect.objectContaining({ code: "database", message: expect.stringContaining("secret") }),
    ]);
  });

  test("is not an error when nobody waits for the answer any more", async () => {
    const request = new Request(get("time-series", entity), { signal: AbortSignal.abort() });
    const response = await routesFor()(request);
    expect(response.status).toBe(499);
    expect(await response.text()).toBe("");
    expect(heard).toEqual([]);
  });
});

describe("status and collect", () => {
  test("are not there unless their options are", async () => {
    for (const request of [get("status"), postView(), get("nothing"), new Request(base)]) {
      const response = await routesFor()(request);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ error: { code: "not_found" } });
    }
  });

  test("status is for whom its own check lets through", async () => {
    const refused = routesFor({
      authorizeStatus: () => Promise.reject(new AnalyticsError("forbidden", "Not you.")),
    });
    expect((await refused(get("status"))).status).toBe(403);
    const response = await routesFor({ authorizeStatus: () => undefined })(get("status"));
    expect(await response.json()).toMatchObject({ time_zone: "UTC", capture: { on: true } });
  });

  test("what is collected is of the account that the host names", async () => {
    const collect = () => Promise.resolve({ account_id: ada });
    const response = await routesFor({ collect })(postView());
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ accepted: 1, refused: [] });
    const { rows } = await database.pool.query(
      "select count(*)::int from page_views where account_id = $1",
      [ada],
    );
    expect(rows).toEqual([{ count: 2 }]);
  });

  test("a wrong option of the host's never reaches the browser", async () => {
    const response = await routesFor({ collect: () => ({ account_id: "no-uuid" }) })(postView());
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ error: { code: "internal" } });
    expect(heard).toEqual([expect.objectContaining({ code: "invalid_input" })]);
  });

  test.each([
    ["time-series", "POST", "GET, HEAD"],
    ["collect", "GET", "POST"],
  ])("%s by %s is refused, with what is allowed", async (path, method, allowed) => {
    const response = await routesFor({ collect: () => ({}) })(
      new Request(`${base}/${path}`, { method }),
    );
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe(allowed);
  });
});

test("a client that was closed is not a fault of the asker's", async () => {
  const closed = new AnalyticsClient({ pool: database.pool });
  await closed.close();
  const options = { authorize: () => undefined, onError: (error: Error) => heard.push(error) };
  const response = await createAnalyticsRoutes(closed, options)(get("time-series", entity));
  expect(response.status).toBe(500);
  expect(heard).toEqual([expect.objectContaining({ code: "closed" })]);
});
