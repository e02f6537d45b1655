import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { AnalyticsClient } from "@headcount/core";
import { migrate } from "@headcount/migrations";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../testing/test-database.ts";
import { createPageViews } from "./create-page-views.ts";
import { type ImportedAccessLog, importAccessLog } from "./import-access-log.ts";

const repository = resolve(import.meta.dirname, "../../..");
const realLog = resolve(repository, "../shared/data/apache_combined.log");
if (!existsSync(realLog)) {
  process.stdout.write(
    `Skipped: the import of a real access log, because there is no ${realLog}\n`,
  );
}

describe.skipIf(!existsSync(realLog))("a real access log", () => {
  const dates = { date_from: "2015-05-17", date_to: "2015-05-20" };
  const ofPage = "entity_type = 'page' and entity_id = $1";
  let database: TestDatabase;
  let analytics: AnalyticsClient;
  let imported: ImportedAccessLog;
  let topPages: string[];

  beforeAll(async () => {
    database = await createTestDatabase("real access log");
    await createPageViews(database.pool);
    await migrate({ pool: database.pool });
    imported = await importAccessLog({ pool: database.pool, file: realLog });
    analytics = new AnalyticsClient({ pool: database.pool });
    await analytics.aggregate();
    const pages = await rows<{ entity_id: string }>(
      "select entity_id from page_views group by 1 order by count(*) desc, 1 limit 3",
    );
    topPages = pages.map(({ entity_id }) => entity_id);
  });

  afterAll(async () => {
    await analytics?.close();
    await database?.drop();
  });

  async function rows<Row>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return (await database.pool.query(sql, values)).rows as Row[];
  }

  test("goes through whole, and every line is accounted for", async () => {
    const { summary, sessions } = imported;
    const leftOut = Object.values(summary.leftOut).reduce((sum, count) => sum + count, 0);
    expect(summary.lines).toBe(10_000);
    expect(summary.pageViews + leftOut + summary.oddLines).toBe(10_000);
    expect(summary.oddExamples).toEqual([{ line: 8899, oddity: "has no user agent in quotes" }]);
    expect(Object.values(summary.leftOut).every((count) => count > 0)).toBe(true);
    expect(
      await rows(
        "select count(*)::int as views, count(distinct session_id)::int as sessions from page_views",
      ),
    ).toEqual([{ views: summary.pageViews, sessions }]);
  });

  test("leaves nothing that is personal: no address, no user agent, no query, no own page as a referrer", async () => {
    expect(
      await rows(`
        select count(*)::int as found from page_views v
        where v::text ~ '([0-9]{1,3}\\.){3}[0-9]{1,3}|Mozilla' and referrer_url !~ '^https?://[0-9.]+/'
          or referrer_url ~ '[?#]|semicomplete\\.com/' or entity_id ~ '[?#]'`),
    ).toEqual([{ found: 0 }]);
  });

  test.each([
    ["daily", "day"],
    ["weekly", "week"],
  ] as const)("its %s series equals plain SQL over the page views", async (period, unit) => {
    for (const entity_id of topPages) {
      const expected = await rows<{ date: string; views: number }>(
        `select to_char(date_trunc('${unit}', viewed_at at time zone 'UTC'), 'YYYY-MM-DD') as date,
           count(*)::int as views, count(distinct session_id)::int as unique_visitors,
           count(distinct session_id)::int as anonymous_visitors, 0 as unique_accounts,
           round(avg(time_on_page), 2)::float8 as avg_time_on_page
         from page_views where ${ofPage} group by 1 order by 1`,
        [entity_id],
      );
      const series = await analytics.getTimeSeries({
        entity_type: "page",
        entity_id,
        ...dates,
        period,
      });
      expect(series.data.filter(({ views }) => views > 0)).toMatchObject(expected);
      expect(series.data.reduce((sum, { views }) => sum + views, 0)).toBe(series.totals.views);
    }
  });

  test("its totals equal plain SQL over the page views", async () => {
    for (const entity_id of topPages) {
      const [expected] = await rows<object>(
        `select count(*)::int as views, count(distinct session_id)::int as unique_visitors,
           round(avg(time_on_page), 2)::float8 as avg_time_on_page
         from page_views where ${ofPage}`,
        [entity_id],
      );
      const { totals } = await analytics.getTimeSeries({
        entity_type: "page",
        entity_id,
        ...dates,
      });
      expect(totals).toMatchObject(expected ?? {});
    }
  });

  test("its top visitors equal plain SQL over the page views", async () => {
    for (const entity_id of topPages) {
      const expected = await rows<object>(
        `select null as account_id, count(*)::int as visit_count,
           to_char(max(viewed_at at time zone 'UTC'), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as last_visit
         from page_views where ${ofPage}
         group by session_id order by count(*) desc, max(viewed_at) desc, session_id limit 20`,
        [entity_id],
      );
      const { data } = await analytics.getVisitors({
        entity_type: "page",
        entity_id,
        ...dates,
        limit: 20,
      });
      expect(data).toMatchObject(expected);
      expect(new Set(data.map(({ ref }) => ref)).size).toBe(data.length);
    }
  });
});

describe("a small access log", () => {
  let database: TestDatabase;
  let folder: string;

  beforeEach(async () => {
    database = await createTestDatabase("small access log");
    folder = await mkdtemp(join(tmpdir(), "headcount-log-"));
    await createPageViews(database.pool);
  });

  afterEach(async () => {
    await database.drop();
    await rm(folder, { recursive: true });
  });

  async function importLines(lines: string[]): Promise<ImportedAccessLog> {
    const file = join(folder, "access.log");
    await writeFile(file, lines.join("\n"));
    return importAccessLog({ pool: database.pool, file });
  }

  function line(time: string, target: string, referrer = "-", address = "2001:db8::1"): string {
    return `${address} - - [05/Jan/2026:${time} +0100] "GET ${target} HTTP/1.1" 200 5 "${referrer}" "Firefox/128.0 (X11)"`;
  }

  test("reports odd lines and reads on", async () => {
    const { summary } = await importLines([
      "",
      line("10:00:00", "/"),
      line("10:00:00", `/${"long".repeat(70)}`),
      line("10:00:00", "example.org:443"),
      "nonsense",
      line("10:01:00", "/b%00%1b"),
    ]);
    expect(summary).toMatchObject({ lines: 6, pageViews: 2, oddLines: 4 });
    expect(summary.oddExamples).toEqual([
      { line: 1, oddity: "has no client address" },
      { line: 3, oddity: "has a path of more than 255 characters" },
      { line: 4, oddity: 'has a target that is not a path, "example.org:443"' },
    ]);
  });

  test("makes entities of paths, sessions of clients, and knows the site's own pages from referrers", async () => {
    await importLines([
      line("10:05:00", "/blog?page=2", "https://www.blog.example/"),
      line("10:00:00", "/", "https://search.example/find?q=me"),
      line("10:00:01", "/style.css", "https://blog.example/"),
      line("10:00:02", "/logo.png", "https://www.blog.example/blog"),
      line("10:06:00", "/", "-", "192.0.2.7"),
    ]);
    const { rows } = await database.pool.query(`
      select entity_type, entity_id, account_id, referrer_url, time_on_page,
        to_char(viewed_at at time zone 'UTC', 'HH24:MI:SS') as at,
        dense_rank() over (order by session_id = (select session_id from page_views order by viewed_at limit 1) desc)::int as session
      from page_views order by viewed_at`);
    const view = { entity_type: "page", account_id: null, referrer_url: null, time_on_page: null };
    expect(rows).toEqual([
      {
        ...view,
        entity_id: "/",
        at: "09:00:00",
        session: 1,
        time_on_page: 300,
        referrer_url: "https://search.example/find",
      },
      { ...view, entity_id: "/blog", at: "09:05:00", session: 1 },
      { ...view, entity_id: "/", at: "09:06:00", session: 2 },
    ]);
  });

  test("leaves no trace of a file that cannot be read", async () => {
    const missing = importAccessLog({ pool: database.pool, file: join(folder, "missing.log") });
    await expect(missing).rejects.toThrow(/there is no such file/);
    const { rows } = await database.pool.query("select count(*)::int as views from page_views");
    expect(rows).toEqual([{ views: 0 }]);
  });
});
