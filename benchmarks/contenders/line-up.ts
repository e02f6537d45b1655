import type { AnalyticsClient } from "@headcount/core";
import type { Pool } from "pg";
import type { LoadedPageViews } from "../../testing/traffic/load-page-views.ts";
import type { PartName } from "../results/measurement.ts";
import { cores } from "../server/server-settings.ts";
import { showProgress } from "../show-progress.ts";
import type { Contender } from "./contender.ts";
import { type DuckDB, exportToDuckDB } from "./duckdb.ts";
import { headcountClient } from "./headcount-client.ts";
import { headcountFunction } from "./headcount-function.ts";
import { plainLimit } from "./plain-limit.ts";
import { planSql } from "./plan-sql.ts";
import { rawSql } from "./raw-sql.ts";
import { timescale } from "./timescale.ts";

/** Who takes part in a run, who does not and why, and the versions of those that are not Postgres's own. */
export interface LineUp extends AsyncDisposable {
  contenders: Contender[];
  absent: Record<string, string>;
  versions: Record<string, string>;
}

interface LineUpOptions {
  pool: Pool;
  client: AnalyticsClient;
  loaded: LoadedPageViews;
  parts: ReadonlySet<PartName>;
}

/** Sets up everybody that the chosen parts need, on the rows that are loaded. */
export async function lineUp({ pool, client, loaded, parts }: LineUpOptions): Promise<LineUp> {
  const contenders = [headcountClient(client), headcountFunction(pool), rawSql(pool)];
  const absent: Record<string, string> = {};
  const versions: Record<string, string> = {};
  let duckdb: DuckDB | undefined;

  if (parts.has("reads") || parts.has("refresh") || parts.has("size")) {
    showProgress("filling the daily table and the materialized view");
    contenders.push(await planSql({ pool, ...loaded }));
    const participation = await timescale(pool);
    if ("reason" in participation) absent["TimescaleDB"] = participation.reason;
    else {
      contenders.push(participation.contender);
      versions["TimescaleDB"] = participation.version;
    }
  }
  if (parts.has("reads")) {
    showProgress("exporting to DuckDB");
    contenders.push(await plainLimit(pool));
    duckdb = await exportToDuckDB(pool, cores);
    contenders.push(duckdb.contender);
    versions["DuckDB"] = duckdb.version;
  }
  for (const [name, reason] of Object.entries(absent)) showProgress(`without ${name}: ${reason}\n`);
  return {
    contenders,
    absent,
    versions,
    async [Symbol.asyncDispose]() {
      await duckdb?.[Symbol.asyncDispose]();
    },
  };
}
