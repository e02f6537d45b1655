import { AnalyticsClient } from "@headcount/core";
import { migrate } from "@headcount/migrations";
import type { Pool } from "pg";
import type { TemporaryDatabase } from "../../testing/postgres/temporary-database.ts";
import { AccessLogError } from "./access-log/access-log-error.ts";
import { createPageViews } from "./access-log/create-page-views.ts";
import { importAccessLog } from "./access-log/import-access-log.ts";
import { foldPageViews } from "./fold-page-views.ts";
import type { Progress } from "./progress.ts";
import { formatCount } from "./report/format-count.ts";
import { importSummary } from "./report/import-summary.ts";
import type { Ink } from "./report/ink.ts";
import { report } from "./report/report.ts";
import { askReport, type ReportQuery } from "./report/report-query.ts";

export interface ShowAccessLogOptions {
  database: TemporaryDatabase;
  file: string;
  progress: Progress;
  ink: Ink;
  /** How many characters a line may have. */
  width: number;
}

/**
 * The main job on a web server's access log, about its most viewed page.
 *
 * @throws {AccessLogError} when the file cannot be used, or has no page view.
 */
export async function showAccessLog(options: ShowAccessLogOptions): Promise<string[]> {
  const { database, file, progress, ink, width } = options;
  const { pool } = database;
  await progress.step("Migrating", async () => {
    await createPageViews(pool);
    await migrate({ pool });
  });
  const { summary, sessions } = await progress.step("Reading the access log", (update) =>
    importAccessLog({ pool, file, onProgress: (lines) => update(`${formatCount(lines)} lines`) }),
  );
  const query = await mostViewedPage(pool);
  const lines = importSummary({ summary, sessions, ink, width });
  if (query === undefined) {
    const advice =
      summary.oddLines === summary.lines
        ? "give one in the combined format of Apache or nginx"
        : "every request of it is left out";
    throw new AccessLogError(`${lines.join("\n")}\n\n"${file}" has no page view: ${advice}.`);
  }
  await using analytics = new AnalyticsClient({ pool });
  await progress.step("Folding page views into the rollups", (update) =>
    foldPageViews({ pool, analytics, update }),
  );
  const answers = await progress.step("Asking", () => askReport(analytics, query));
  return [...lines, "", ...report({ name: query.entity_id, query, answers, ink, width })];
}

async function mostViewedPage(pool: Pool): Promise<ReportQuery | undefined> {
  const { rows } = await pool.query<ReportQuery>(`
    select
      entity_type, entity_id,
      (select min(viewed_at at time zone 'UTC')::date::text from page_views) as date_from,
      (select max(viewed_at at time zone 'UTC')::date::text from page_views) as date_to
    from page_views
    group by entity_type, entity_id
    order by count(*) desc, entity_id
    limit 1`);
  return rows[0];
}
