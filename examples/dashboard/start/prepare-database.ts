import type { AnalyticsClient } from "@headcount/core";
import { formatMeasure } from "@headcount/core/present";
import { migrate } from "@headcount/migrations";
import type { Pool } from "pg";
import { foldPageViews } from "../../quickstart/fold-page-views.ts";
import type { Progress } from "../../quickstart/progress.ts";
import { createTables, refuseOthersTables } from "../host/create-tables.ts";
import { isSeeded, seedDatabase } from "../host/seed-database.ts";
import { type TrafficSize, trafficUntilNow } from "../host/traffic-until-now.ts";
import { progressBar } from "./progress-bar.ts";

export interface PrepareDatabaseOptions {
  pool: Pool;
  analytics: AnalyticsClient;
  progress: Progress;
  size?: TrafficSize;
}

/** Migrates, and at the first start fills the tables with a year of traffic. */
export async function prepareDatabase(options: PrepareDatabaseOptions): Promise<void> {
  const { pool, analytics, progress, size } = options;
  await progress.step("Migrating", async () => {
    await refuseOthersTables(pool);
    await createTables(pool);
    await migrate({ pool });
    // who viewed several pages of an owner is one visitor of theirs
    await analytics.addLevel("owner");
  });
  if (!(await isSeeded(pool))) {
    await progress.step("Writing a year of page views", async (update) => {
      const traffic = trafficUntilNow(size);
      const all = traffic.pageViews.length;
      await seedDatabase({
        pool,
        traffic,
        onProgress: (written) =>
          update(`${progressBar(written / all)} ${formatMeasure("views", written)}`),
      });
    });
  }
  await progress.step("Folding what is new into the rollups", (update) =>
    foldPageViews({ pool, analytics, update }),
  );
}
