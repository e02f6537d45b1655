import { AnalyticsClient } from "@headcount/core";
import { migrate } from "@headcount/migrations";
import type { Pool } from "pg";
import type { TemporaryDatabase } from "../../testing/postgres/temporary-database.ts";
import { generateTraffic } from "../../testing/traffic/generate-traffic.ts";
import { trackTraffic, trafficCollection } from "../../testing/traffic/track-traffic.ts";
import { foldPageViews } from "./fold-page-views.ts";
import type { Progress } from "./progress.ts";
import { formatCount } from "./report/format-count.ts";
import type { Ink } from "./report/ink.ts";
import { report } from "./report/report.ts";
import { askReport, type ReportQuery } from "./report/report-query.ts";
import { writeAccounts } from "./write-accounts.ts";

export interface ShowMonthOptions {
  database: TemporaryDatabase;
  progress: Progress;
  ink: Ink;
  /** How many characters a line may have. */
  width: number;
}

const days = 30;
const day = 24 * 60 * 60 * 1000;

/** The main job on a month of made-up traffic that ends yesterday: migrate, track, aggregate, ask. */
export async function showMonth({
  database,
  progress,
  ink,
  width,
}: ShowMonthOptions): Promise<string[]> {
  const { pool } = database;
  const { accounts, entities, pageViews } = generateTraffic({
    endDate: dateBefore(1),
    // and the days before, to compare with
    days: 2 * days,
    pageViews: 20_000,
  });

  await progress.step("Migrating", async () => {
    await writeAccounts(pool, accounts);
    await migrate({ pool });
  });
  await using analytics = new AnalyticsClient({ pool, collection: trafficCollection });
  await progress.step("Writing page views", (update) =>
    trackTraffic({
      analytics,
      pageViews,
      onProgress: (stored) => update(`${formatCount(stored)} of ${formatCount(pageViews.length)}`),
    }),
  );
  await progress.step("Folding them into the rollups", (update) =>
    foldPageViews({ pool, analytics, update }),
  );

  const [entity] = entities;
  if (entity === undefined) throw new Error("There is no entity to report on.");
  const { entity_type, entity_id, name } = entity;
  const query: ReportQuery = {
    entity_type,
    entity_id,
    date_from: dateBefore(days),
    date_to: dateBefore(1),
  };
  const answers = await progress.step("Asking", () => askReport(analytics, query));
  const visitorsBySession = await countBySession(pool, query);
  return report({ name, query, answers, visitorsBySession, ink, width });
}

/** How many viewed it, if nobody were known for longer than a session. */
async function countBySession(pool: Pool, query: ReportQuery): Promise<number | undefined> {
  const { entity_type, entity_id, date_from, date_to } = query;
  const { rows } = await pool.query<{ visitors: number }>(
    `select count(distinct coalesce(account_id, session_id))::integer as visitors from page_views
     where entity_type = $1 and entity_id = $2 and (viewed_at at time zone 'UTC')::date between $3 and $4`,
    [entity_type, entity_id, date_from, date_to],
  );
  return rows[0]?.visitors;
}

function dateBefore(count: number): string {
  return new Date(Date.now() - count * day).toISOString().slice(0, 10);
}
