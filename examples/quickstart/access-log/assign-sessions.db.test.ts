import type { PoolClient } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../testing/test-database.ts";
import { assignSessions } from "./assign-sessions.ts";
import { createPageViews } from "./create-page-views.ts";
import {
  type ClientRequest,
  createLoggedRequests,
  storeLoggedRequests,
} from "./logged-requests.ts";

const ada = "0000000000000000000000000000000a";
const ben = "0000000000000000000000000000000b";
let database: TestDatabase;
let client: PoolClient;

beforeEach(async () => {
  database = await createTestDatabase("assign sessions");
  await createPageViews(database.pool);
  client = await database.pool.connect();
  await createLoggedRequests(client);
});

afterEach(async () => {
  client.release(true);
  await database.drop();
});

function request(time: string, more: Partial<ClientRequest> = {}): ClientRequest {
  return { line: 1, client: ada, at: new Date(`2026-01-05T${time}Z`), path: "/", ...more };
}

/** The page views in order of time, sessions by the order of their appearance. */
async function pageViews(requests: ClientRequest[], ownHost?: string): Promise<unknown[]> {
  await storeLoggedRequests(client, requests);
  const sessions = await assignSessions({ client, ownHost });
  const { rows } = await client.query<{ session_id: string }>(`
    select session_id, to_char(viewed_at at time zone 'UTC', 'HH24:MI:SS') as at, entity_id as path,
      time_on_page as seconds, referrer_url as referrer
    from page_views order by viewed_at, entity_id`);
  const ids = [...new Set(rows.map(({ session_id }) => session_id))];
  expect(sessions).toBe(ids.length);
  return rows.map(({ session_id, ...row }) => ({ session: ids.indexOf(session_id) + 1, ...row }));
}

test("30 minutes without a request start a new session, a second less does not", async () => {
  expect(
    await pageViews([request("10:00:00"), request("10:29:59"), request("10:59:59")]),
  ).toMatchObject([
    { session: 1, at: "10:00:00", seconds: 1799 },
    { session: 1, at: "10:29:59", seconds: null },
    { session: 2, at: "10:59:59", seconds: null },
  ]);
});

test("a request that is not a page keeps the session, and is not a page view", async () => {
  const asset = request("10:20:00", { path: undefined });
  expect(await pageViews([request("10:00:00"), asset, request("10:40:00")])).toMatchObject([
    { session: 1, at: "10:00:00", seconds: 2400 },
    { session: 1, at: "10:40:00", seconds: null },
  ]);
});

test("clients have sessions of their own", async () => {
  const requests = [request("10:00:00"), request("10:01:00", { client: ben }), request("10:02:00")];
  expect(await pageViews(requests)).toMatchObject([
    { session: 1, seconds: 120 },
    { session: 2, seconds: null },
    { session: 1, seconds: null },
  ]);
});

test("lines may be in any order; requests of one second keep the order of their lines", async () => {
  const requests = [
    request("10:10:00", { line: 1, path: "/c" }),
    request("10:00:00", { line: 3, path: "/b" }),
    request("10:00:00", { line: 2, path: "/a" }),
  ];
  expect(await pageViews(requests)).toMatchObject([
    { session: 1, path: "/a", seconds: 0 },
    { session: 1, path: "/b", seconds: 600 },
    { session: 1, path: "/c", seconds: null },
  ]);
});

test("a page of the site itself is not a referrer", async () => {
  const from = (host: string): Partial<ClientRequest> => ({
    referrer: `https://${host}/`,
    referrerHost: host,
  });
  const requests = [
    request("10:00:00", from("elsewhere.example")),
    request("10:01:00", from("blog.example")),
    request("10:02:00"),
  ];
  expect(await pageViews(requests, "blog.example")).toMatchObject([
    { referrer: "https://elsewhere.example/" },
    { referrer: null },
    { referrer: null },
  ]);
});

test("without a host of one's own every referrer stays", async () => {
  const referrer = { referrer: "https://a.example/", referrerHost: "a.example" };
  expect(await pageViews([request("10:00:00", referrer)])).toMatchObject([
    { referrer: "https://a.example/" },
  ]);
});
