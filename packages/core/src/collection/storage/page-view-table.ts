import type { Connection } from "../../database/connect.ts";
import { sqlState } from "../../database/database-error.ts";
import { untilAborted } from "../../database/until-aborted.ts";
import type { NumberFacts } from "../facts/fact-numbers.ts";
import { insertPageViews, type RefusedRow } from "./insert-page-views.ts";
import { type PageViewColumns, readPageViewColumns } from "./page-view-columns.ts";
import type { PageViewRow } from "./page-view-row.ts";
import { recordTimes, type TimeRow } from "./record-times.ts";

interface Abortable {
  signal?: AbortSignal | undefined;
}

/** The host's table of page views. Its columns are read once, and again when the table has changed. */
export interface PageViewTable {
  /** How many characters of a referrer fit; undefined when any number does. */
  referrerLimit(call: Abortable): Promise<number | undefined>;
  /** Adds rows, and returns those that the table does not take. */
  insertPageViews(call: Abortable & { rows: readonly PageViewRow[] }): Promise<RefusedRow[]>;
  /** Lets times grow, and returns the ids of the page views that are there. */
  recordTimes(call: Abortable & { times: readonly TimeRow[] }): Promise<ReadonlySet<string>>;
}

// undefined_column, datatype_mismatch, and no unique index for ON CONFLICT
const changed: ReadonlySet<string | undefined> = new Set(["42703", "42804", "42P10"]);

interface TableToOpen {
  connection: Connection;
  numberFacts: NumberFacts;
}

export function openPageViewTable({ connection, numberFacts }: TableToOpen): PageViewTable {
  let reading: Promise<PageViewColumns> | undefined;

  async function withColumns<Result>(
    signal: AbortSignal | undefined,
    work: (columns: PageViewColumns) => Result | Promise<Result>,
  ): Promise<Result> {
    await connection.installation({ signal });
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
  }

  return {
    referrerLimit: ({ signal }) => withColumns(signal, ({ referrer_limit }) => referrer_limit),
    insertPageViews: (call) =>
      withColumns(call.signal, async (columns) => {
        const numbers = await numberFacts({ views: call.rows, signal: call.signal });
        return insertPageViews({ ...call, connection, columns, numbers });
      }),
    recordTimes: (call) =>
      withColumns(call.signal, (columns) => recordTimes({ ...call, connection, columns })),
  };
}
