import type { Connection } from "../database/connect.ts";
import { sqlState } from "../database/database-error.ts";
import { untilAborted } from "../database/until-aborted.ts";
import { type CollectionCounts, createCounts } from "./collection-counts.ts";
import type { CollectionPolicy } from "./collection-options.ts";
import { type PageViewColumns, readPageViewColumns } from "./page-view-columns.ts";
import { createSessionRate, type SessionRate } from "./session-rate.ts";

/** What all calls that collect have in common: where to, by which rules, and how much so far. */
export interface Collection {
  connection: Connection;
  policy: CollectionPolicy;
  rate: SessionRate;
  counts: CollectionCounts;
  /** Does something with what is known of the host's table: read once, and again when the table has changed. */
  withColumns<Result>(use: UseOfColumns<Result>): Promise<Result>;
}

interface UseOfColumns<Result> {
  work: (columns: PageViewColumns) => Result | Promise<Result>;
  signal?: AbortSignal | undefined;
}

// undefined_column, datatype_mismatch, and no unique index for ON CONFLICT
const changed: ReadonlySet<string | undefined> = new Set(["42703", "42804", "42P10"]);

interface CollectionToOpen {
  connection: Connection;
  policy: CollectionPolicy;
}

export function openCollection({ connection, policy }: CollectionToOpen): Collection {
  const { maxViewsPerMinute } = policy;
  let reading: Promise<PageViewColumns> | undefined;
  return {
    connection,
    policy,
    rate:
      maxViewsPerMinute === false ? () => false : createSessionRate({ limit: maxViewsPerMinute }),
    counts: createCounts(),
    async withColumns({ work, signal }) {
      reading ??= readPageViewColumns({ connection }).catch((error: unknown) => {
        reading = undefined;
        throw error;
      });
      const columns = await untilAborted({ work: reading, signal });
      try {
        return await work(columns);
      } catch (error) {
        if (changed.has(sqlState(error))) reading = undefined;
        throw error;
      }
    },
  };
}
