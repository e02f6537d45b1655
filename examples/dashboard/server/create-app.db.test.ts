import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pages, users } from "../testing/demo-pages.ts";
import { signIn } from "../testing/sign-in.ts";
import { startApp, type TestApp } from "../testing/start-app.ts";
import { columnNames } from "./csv/column-names.ts";
import type { SessionAnswer } from "./session-answer.ts";

let app: TestApp;
let cookies: Record<"pro" | "free" | "stranger", string>;

beforeAll(async () => {
  app = await startApp({ days: 75, pageViews: 1_500 });
  cookies = {
    pro: await signIn(app.url, users.pro),
    free: await signIn(app.url, users.free),
    stranger: await signIn(app.url, users.stranger),
  };
});
afterAll(() => app[Symbol.asyncDispose]());

interface Question {
  route: string;
  as?: keyof typeof cookies | "nobody";
  query?: Record<string, string>;
}

function ask({ route, as = "pro", query = pages.ofPro }: Question): Promise<Response> {
  const headers: HeadersInit = as === "nobody" ? {} : { Cookie: cookies[as] };
  return fetch(`${app.url}api/analytics/${route}?${new URLSearchParams(query)}`, { headers });
}

function daysAgo(count: number): string {
  return new Date(Date.now() - count * 86_400_000).toISOString().slice(0, 10);
}

const everyRoute = ["time-series", "visitors", "time-series.csv", "visitors.csv", "report.pdf"];

interface Entity {
  entity_type: string;
  entity_id: string;
}

describe("who may see what", () => {
  test.each(everyRoute)("nobody is refused %s with 401", async (route) => {
    const response = await ask({ route, as: "nobody" });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { code: "signed_out" } });
  });

  test.each(everyRoute)("a stranger is refused %s of another's page with 403", async (route) => {
    const response = await ask({ route, as: "stranger" });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ error: { code: "forbidden" } });
  });

  test("an owner is refused another owner's page, and one that does not exist, alike", async () => {
    const others = await ask({ route: "time-series", as: "free" });
    const missing = await ask({
      route: "time-series",
      as: "free",
      query: { entity_type: "listing", entity_id: "no-such-id" },
    });
    expect([others.status, missing.status]).toEqual([403, 403]);
    expect(await others.text()).toBe(await missing.text());
  });

  test.each(["visitors", "visitors.csv"])("Free is refused %s with 402", async (route) => {
    const response = await ask({ route, as: "free", query: pages.ofFree });
    expect(response.status).toBe(402);
    expect(await response.json()).toMatchObject({ error: { code: "upgrade_needed" } });
  });

  test.each(["time-series", "time-series.csv", "report.pdf"])(
    "Free gets %s of the last 30 days, and 402 for a day more",
    async (route) => {
      const from = (count: number) => ({ ...pages.ofFree, date_from: daysAgo(count) });
      expect((await ask({ route, as: "free", query: from(29) })).status).toBe(200);
      expect((await ask({ route, as: "free", query: from(30) })).status).toBe(402);
    },
  );

  test("on Free a range without a beginning begins 30 days ago", async () => {
    const query = { ...pages.ofFree, date_to: daysAgo(3) };
    const answer = await (await ask({ route: "time-series", as: "free", query })).json();
    expect(answer).toMatchObject({ date_from: daysAgo(29), date_to: daysAgo(3) });
  });

  test.each([
    ["time-series", { compare: "previous_month" }],
    ["time-series", { compare_from: daysAgo(60), compare_to: daysAgo(31) }],
    ["entity-totals", { all_time: "true" }],
    ["rolling-visitors", { date_from: daysAgo(30) }],
    ["heat-map", { date_from: daysAgo(30) }],
  ])("Free is refused what %s says of earlier days, and Pro is not", async (route, asked) => {
    const query = ({ entity_type, entity_id }: Entity): Record<string, string> => {
      const of = route === "entity-totals" ? { entity_ids: entity_id } : { entity_id };
      return { entity_type, ...of, ...asked };
    };
    const refused = await ask({ route, as: "free", query: query(pages.ofFree) });
    expect(refused.status).toBe(402);
    expect((await ask({ route, as: "pro", query: query(pages.ofPro) })).status).toBe(200);
    expect((await ask({ route, as: "pro", query: query(pages.ofFree) })).status).toBe(403);
  });

  const isSignedInBy = async (Cookie: string): Promise<boolean> => {
    const response = await fetch(`${app.url}api/session`, { headers: { Cookie } });
    return ((await response.json()) as SessionAnswer).user !== null;
  };

  test("a cookie that somebody made up is nobody's", async () => {
    expect(await isSignedInBy(`${cookies.pro.slice(0, -4)}AAAA`)).toBe(false);
    expect(await isSignedInBy("perch_session=")).toBe(false);
  });

  test("a copy of a cookie is dead once its owner has signed out, and other windows stay signed in", async () => {
    const [copied, other] = [await signIn(app.url, users.pro), await signIn(app.url, users.pro)];
    const response = await fetch(`${app.url}api/session`, {
      method: "DELETE",
      headers: { Cookie: copied, "Content-Type": "application/json" },
    });
    expect(response.headers.get("set-cookie")).toMatch(/^perch_session=; Max-Age=0/);
    expect(await isSignedInBy(copied)).toBe(false);
    const query = new URLSearchParams(pages.ofPro);
    const asked = await fetch(`${app.url}api/analytics/visitors?${query}`, {
      headers: { Cookie: copied },
    });
    expect(asked.status).toBe(401);
    expect(await isSignedInBy(other)).toBe(true);
  });

  test("a cookie is dead when its window signs in as somebody else, and after 30 days", async () => {
    const before = await signIn(app.url, users.free);
    const after = await signIn(app.url, users.pro, before);
    expect(await isSignedInBy(before)).toBe(false);
    expect(await isSignedInBy(after)).toBe(true);
    await app.pool.query("update sign_ins set expires_at = expires_at - interval '30 days'");
    expect(await isSignedInBy(after)).toBe(false);
    await app.pool.query("update sign_ins set expires_at = expires_at + interval '30 days'");
  });

  test("everybody who is signed in may ask how things stand", async () => {
    expect((await ask({ route: "status", as: "nobody", query: {} })).status).toBe(401);
    const response = await ask({ route: "status", as: "stranger", query: {} });
    expect(await response.json()).toMatchObject({ time_zone: "UTC", capture: { on: true } });
  });
});

describe("what cannot be asked is refused with 400 and the field", () => {
  test.each([
    ["time-series", { ...pages.ofPro, period: "minutely" }, "period"],
    ["time-series", { ...pages.ofPro, date_from: "2026-02-30" }, "date_from"],
    ["time-series.csv", { ...pages.ofPro, zone: "UTC" }, "zone"],
    ["visitors", { ...pages.ofPro, limit: "5000" }, "limit"],
    ["visitors.csv", { entity_type: "listing" }, "entity_id"],
    ["visitors.csv", { ...pages.ofPro, for: "word" }, "for"],
    ["visitors", { ...pages.ofPro, for: "excel" }, "for"],
    ["report.pdf", { ...pages.ofPro, date_from: "x" }, "date_from"],
  ])("%s with %j", async (route, query, field) => {
    const response = await ask({ route, query });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: "invalid_input", field } });
  });

  test("a cursor of another list", async () => {
    const response = await ask({ route: "visitors", query: { ...pages.ofPro, cursor: "x" } });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: "invalid_cursor" } });
  });
});

describe("spreadsheets", () => {
  test("hold what the series holds, line by line", async () => {
    const query = { ...pages.ofPro, date_from: daysAgo(40), period: "weekly" };
    const series = (await (await ask({ route: "time-series", query })).json()) as {
      data: Record<string, string | number | boolean | null>[];
    };
    const response = await ask({ route: "time-series.csv", query });
    expect(response.headers.get("content-type")).toMatch(/^text\/csv/);
    const [header = "", ...lines] = (await response.text()).split("\r\n");
    const names: Record<string, string> = columnNames;
    const columns = Object.keys(names).filter((key) => key in (series.data[0] ?? {}));
    expect(header).toBe(columns.map((key) => names[key]).join(","));
    expect(header).toMatch(/^Date,Views,Unique visitors,/);
    expect(lines.pop()).toBe("");
    expect(lines).toEqual(
      series.data.map((bucket) => columns.map((name) => bucket[name] ?? "").join(",")),
    );
  });

  test("hold every visitor, over more pages than one", async () => {
    const { rows } = await app.pool.query<{ count: string }>(
      `select count(distinct coalesce(account_id, visitor_id, session_id)) as count
       from page_views where entity_type = $1 and entity_id = $2`,
      [pages.ofPro.entity_type, pages.ofPro.entity_id],
    );
    const text = await (await ask({ route: "visitors.csv" })).text();
    expect(text.trimEnd().split("\r\n")).toHaveLength(Number(rows[0]?.count) + 1);
  });

  test("hold what is known of accounts, and no name of one that keeps it to itself", async () => {
    const viewAccountsAs = (visibility: string) =>
      app.pool.query(
        `create or replace view headcount.analytics_accounts as
         select id as account_id, username, trim(concat_ws(' ', first_name, last_name)) as display_name,
           '${visibility}' as visibility, 'Acme, ' || username as "works.for"
         from accounts`,
      );
    await viewAccountsAs("attributes");
    await app.pool.query(
      `update headcount.analytics_settings set viewer_attributes = '{works.for}'`,
    );
    const query = { ...pages.ofPro, kind: "account" };
    const [header, ...lines] = (await (await ask({ route: "visitors.csv", query })).text())
      .trimEnd()
      .split("\r\n");
    expect(header).toMatch(/^Name,.*,works\.for$/);
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) {
      expect(line).toMatch(/^Anonymous,,,'?[\w-]+,.*T00:00:00\.000Z,.*,"Acme, [^"]+"$/);
    }
    await viewAccountsAs("named");
  });

  test("begin with a byte order mark for Excel, and for nobody else", async () => {
    const bytesOf = async (query: Record<string, string>) => {
      const response = await ask({ route: "visitors.csv", query: { ...pages.ofPro, ...query } });
      return Buffer.from(await response.arrayBuffer());
    };
    const [plain, forExcel] = [await bytesOf({}), await bytesOf({ for: "excel" })];
    expect(forExcel).toEqual(Buffer.concat([Buffer.from("\uFEFF"), plain]));
    expect(plain.toString()).toMatch(/^Name,Username,/);
  });

  test("run no formula that somebody has for a name", async () => {
    const id = "7d0c8a52-3c55-4b0e-8a35-6b2a1f0e9009";
    const evil = '=HYPERLINK("https://evil.example","Click, ""me""")';
    await app.pool.query(
      "insert into accounts (id, username, first_name) values ($1, '@evil', $2)",
      [id, evil],
    );
    await app.analytics.trackPageView({
      ...pages.ofPro,
      account_id: id,
      session_id: "7d0c8a52-3c55-4b0e-8a35-6b2a1f0e9010",
    });
    await app.analytics.aggregate();
    const text = await (
      await ask({ route: "visitors.csv", query: { ...pages.ofPro, search: "evil" } })
    ).text();
    expect(text).toContain(`"'${evil.replaceAll('"', '""')}",'@evil,${id}`);
  });
});

describe("what protects the app", () => {
  test("scripts and styles come from its own origin only", async () => {
    const { headers } = await fetch(app.url);
    const policy = headers.get("content-security-policy");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/unsafe-|https?:/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("a form of another site cannot sign anybody in or count a view", async () => {
    const forged = { method: "POST", headers: { Origin: "https://evil.example" } };
    for (const path of ["api/session", "api/analytics/collect"]) {
      const body = new URLSearchParams({ user_id: users.pro });
      const response = await fetch(`${app.url}${path}`, { ...forged, body });
      expect(response.status).toBe(403);
      expect(await response.json()).toHaveProperty("error.code");
    }
  });

  test("a browser that sends views without end has to wait", async () => {
    const init = {
      method: "POST",
      body: '{"messages":[]}',
      headers: { "Content-Type": "application/json" },
    };
    const answers = Array.from({ length: 130 }, async () => {
      const response = await fetch(`${app.url}api/analytics/collect`, init);
      await response.body?.cancel();
      return response.status;
    });
    expect(new Set(await Promise.all(answers))).toEqual(new Set([400, 429]));
  });

  test("answers of the API are kept by nobody, files of the page for ever", async () => {
    const session = await fetch(`${app.url}api/session`);
    expect(session.headers.get("cache-control")).toBe("no-store");
    const script = /src="([^"]+\.js)"/.exec(await (await fetch(app.url)).text())?.[1] ?? "";
    const file = await fetch(new URL(script, app.url));
    expect(file.headers.get("cache-control")).toContain("immutable");
    expect((await fetch(`${app.url}assets/none.js`)).status).toBe(404);
    expect((await fetch(`${app.url}api/none`)).status).toBe(404);
  });
});
