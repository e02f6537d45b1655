import type { MigrationPool } from "./session/connection.ts";
import type { ColumnNames } from "./sql-text/page-view-columns.ts";
import type { Partitioning } from "./sql-text/partitioning.ts";
import type { Slice } from "./sql-text/render-sql.ts";

/** Where Headcount is, or is to be, installed. */
export interface InstallationOptions {
  /** A pool of `pg`, or anything with its `connect()`; it is never closed. */
  pool: MigrationPool;
  /**
   * Where the objects of Headcount go; created when missing.
   * @default "headcount"
   */
  schema?: string | undefined;
  /**
   * The IANA zone in which dates and hours are cut. It is stored at the first installation, and must not differ later.
   * @default what is installed, else "UTC"
   */
  timeZone?: string | undefined;
  /**
   * The table of page views, as `table` or `schema.table`; a part with a dot in it is written in double quotes.
   * Without a schema it is looked for on the connection's search_path, in `public` and in `schema`, and created in the
   * first of these when it is in none.
   * @default what is installed, else "page_views"
   */
  pageViews?: string | undefined;
  /**
   * The table of accounts (id, username, first_name, last_name), written and looked for like `pageViews`.
   * @default "accounts"
   */
  accounts?: string | undefined;
  /**
   * Which columns of page views hold ours, where their names are others: `{ viewed_at: "created_at" }`. They are stored at the
   * first installation, and must not differ later.
   * @default what is installed, else `{}`
   */
  columns?: ColumnNames | undefined;
  /**
   * The kind of thing that all page views of the table are about, where it has no column that says so: the column
   * `entity_type` is added with this default.
   */
  entityType?: string | undefined;
  /**
   * By what page views are partitioned: folding makes partitions ahead, and what is outside of them goes to the one by default. For
   * a table that is created, or that has partitions by ranges of `viewed_at` already. It is stored at the first installation, and must not
   * differ later.
   * @default what is installed, else none are made
   */
  partition?: Partitioning | undefined;
}

/** {@link InstallationOptions}, checked and taken apart. */
export interface InstallationTarget {
  schema: string;
  timeZone: string | undefined;
  pageViews: WantedTable | undefined;
  accounts: WantedTable;
  columns: ColumnNames | undefined;
  entityType: string | undefined;
  partition: Partitioning | undefined;
  /** Of what it is a part; undefined where it is all there is. */
  slice?: Slice | undefined;
}

/** A table as it was asked for: a schema that was not named is still to be found out. */
export interface WantedTable {
  schema: string | undefined;
  name: string;
}
