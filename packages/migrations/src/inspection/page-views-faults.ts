import { idTypeOf } from "../sql-text/id-type.ts";
import { quoteTableName } from "../sql-text/table-name.ts";
import type { PageViewsTable } from "./inspect-page-views.ts";

interface ColumnRule {
  name: string;
  needed: boolean;
  /** What it should be, as a person says it. */
  wants: string;
  accepts: (type: string) => boolean;
  /** The type that mends it. */
  mendingType: string;
}

const isId = (type: string): boolean => idTypeOf(type) !== undefined;
const isText = (type: string): boolean => idTypeOf(type) === "text";
const isInteger = (type: string): boolean => idTypeOf(type) === "bigint";

const idRule = (name: string, needed: boolean): ColumnRule => {
  return { name, needed, wants: "uuid, an integer or text", accepts: isId, mendingType: "text" };
};
const columnRules: readonly ColumnRule[] = [
  idRule("id", true),
  { name: "entity_type", needed: true, wants: "text", accepts: isText, mendingType: "text" },
  idRule("entity_id", true),
  idRule("account_id", true),
  idRule("session_id", false),
  {
    name: "viewed_at",
    needed: true,
    wants: "timestamp with time zone",
    accepts: (type) => type === "timestamp with time zone",
    mendingType: "timestamptz",
  },
  { name: "referrer_url", needed: false, wants: "text", accepts: isText, mendingType: "text" },
  {
    name: "time_on_page",
    needed: false,
    wants: "an integer (seconds)",
    accepts: isInteger,
    mendingType: "integer",
  },
];

/** Everything that keeps this table from being adopted into the schema, each with what mends it. */
export function pageViewsFaults(pageViews: PageViewsTable, schema: string): string[] {
  if (pageViews.kind === "other") {
    return [
      "It is not a table: give the table (ordinary or partitioned) that the page views are written to.",
    ];
  }
  return [...tableFaults(pageViews, schema), ...columnFaults(pageViews)];
}

function tableFaults(pageViews: PageViewsTable, schema: string): string[] {
  const table = quoteTableName(pageViews.table);
  const faults: string[] = [];
  if (pageViews.isPartition) {
    faults.push(
      "It is a partition: give its partitioned table, for triggers see only what is written by that name.",
    );
  }
  if (pageViews.hasInheritingTables) {
    faults.push(
      "Other tables inherit from it, and its triggers do not see their rows: use partitions instead.",
    );
  }
  if (pageViews.persistence === "unlogged") {
    faults.push(
      `It is unlogged, so a crash would empty it unnoticed: ALTER TABLE ${table} SET LOGGED;`,
    );
  }
  if (pageViews.persistence === "temporary") {
    faults.push("It is a temporary table, which other sessions do not see: give a permanent one.");
  }
  if (pageViews.hidesRows) {
    faults.push(
      `Row level security hides rows of it from this role: ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY; and run as its owner.`,
    );
  }
  if (pageViews.capturedBy !== null && pageViews.capturedBy !== schema) {
    faults.push(
      `The installation in the schema "${pageViews.capturedBy}" counts it already: give that schema, or another table.`,
    );
  }
  for (const name of pageViews.takenIndexNames) {
    faults.push(
      `The name ${name}, which one of its indexes needs, is taken in the schema ${pageViews.table.schema}: rename the other one.`,
    );
  }
  return faults;
}

function columnFaults(pageViews: PageViewsTable): string[] {
  const alter = `ALTER TABLE ${quoteTableName(pageViews.table)}`;
  const types = new Map(pageViews.columns.map((column) => [column.name, column.type]));
  return columnRules.flatMap((rule) => {
    const type = types.get(rule.name);
    if (type === undefined) {
      if (!rule.needed) return [];
      const missing = `${alter} ADD COLUMN ${rule.name} ${rule.mendingType};`;
      return [`The column ${rule.name} (${rule.wants}) is missing: ${missing}`];
    }
    if (rule.accepts(type)) return [];
    const change = `${alter} ALTER COLUMN ${rule.name} TYPE ${rule.mendingType}`;
    return [
      type === "timestamp without time zone"
        ? `The column ${rule.name} is a timestamp without time zone, which names no instant: ${change} USING ${rule.name} AT TIME ZONE 'UTC'; (with the zone that it was written in)`
        : `The column ${rule.name} is ${type} and should be ${rule.wants}: ${change} USING ${rule.name}::${rule.mendingType};`,
    ];
  });
}

/** The columns that adopting this table adds to it. */
export function addedColumns(pageViews: PageViewsTable): string[] {
  const there = new Set(pageViews.columns.map((column) => column.name));
  return columnRules
    .filter((rule) => !rule.needed && !there.has(rule.name))
    .map(({ name }) => name);
}
