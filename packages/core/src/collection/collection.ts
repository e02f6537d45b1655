import type { Connection } from "../database/connect.ts";
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
  /** What is known of the host's table: read once, and again after it did not fit. */
  columns(options: { signal?: AbortSignal | undefined }): Promise<PageViewColumns>;
  forgetColumns(): void;
}

interface CollectionToOpen {
  connection: Connection;
  policy: CollectionPolicy;
}

export function openCollection({ connection, policy }: CollectionToOpen): Collection {
  const { maxViewsPerMinute } = policy;
  let reading: Promise<PageViewColumns> | undefined;
  const forgetColumns = (): void => {
    reading = undefined;
  };
  return {
    connection,
    policy,
    rate:
      maxViewsPerMinute === false ? () => false : createSessionRate({ limit: maxViewsPerMinute }),
    counts: createCounts(),
    columns({ signal }) {
      reading ??= readPageViewColumns({ connection }).catch((error: unknown) => {
        forgetColumns();
        throw error;
      });
      return untilAborted({ work: reading, signal });
    },
    forgetColumns,
  };
}
