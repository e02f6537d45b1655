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
  /** What adds it, where more than the type is needed. */
  definition?: string;
  /** The expression that makes a value of another type fit; undefined when it is not for us to say. */
  convert: (type: string) => string | undefined;
}

const isId = (type: string): boolean => idTypeOf(type) !== undefined;
const isText = (type: string): boolean => idTypeOf(type) === "text";
const isNumber = (type: string): boolean => ["numeric", "real", "double precision"].includes(type);
const isInteger = (type: string): boolean => idTypeOf(type) === "bigint";

// Whatever the type is, it can be written as text.
const textRule = (name: string, needed: boolean): ColumnRule => {
  const convert = (): string => `${name}::text`;
  return { name, needed, wants: "text", accepts: isText, mendingType: "text", convert };
};
const idRule = (name: string, needed: boolean): ColumnRule => {
  return { ...textRule(name, needed), wants: "uuid, an integer or text", accepts: isId };
};
const columnRules: readonly ColumnRule[] = [
  // As the table is created without one: on the partitions of older servers an identity cannot be added.
  { ...idRule("id", true), definition: "uuid NOT NULL DEFAULT gen_random_uuid()" },
  textRule("entity_type", true),
  idRule("entity_id", true),
  idRule("account_id", true),
  idRule("session_id", false),
  {
    name: "viewed_at",
    needed: true,
    wants: "timestamp with time zone",
    accepts: (type) => type === "timestamp with time zone",
    mendingType: "timestamptz",
    // A number says no unit, and a date no hour.
    convert: (type) => (isText(type) ? "viewed_at::timestamptz" : undefined),
  },
  textRule("referrer_url", false),
  {
    name: "time_on_page",
    needed: false,
    wants: "an integer (seconds)",
    accepts: isInteger,
    mendingType: "integer",
    convert: (type) => {
      if (type === "interval") return "extract(epoch from time_on_page)::integer";
      return isText(type) || isNumber(type) ? "time_on_page::integer" : undefined;
    },
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
  for (const name of pageViews.narrowIndexNames) {
    faults.push(
      `Its index ${name} leaves out rows that are looked for by it, and is to be built anew: DROP INDEX ${quoteTableName({ schema: pageViews.table.schema, name })};`,
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
      const missing = `${alter} ADD COLUMN ${rule.name} ${rule.definition ?? rule.mendingType};`;
      return [
        `The column ${rule.name} (${rule.wants}) is missing: ${missing} (or RENAME the one that holds it)`,
      ];
    }
    if (rule.accepts(type)) return [];
    const change = `${alter} ALTER COLUMN ${rule.name} TYPE ${rule.mendingType}`;
    if (rule.name === "viewed_at" && type === "timestamp without time zone") {
      return [
        `The column viewed_at is a timestamp without time zone, which names no instant: ${change} USING viewed_at AT TIME ZONE 'UTC'; (with the zone that it was written in)`,
      ];
    }
    const converted = rule.convert(type);
    const mend = converted === undefined ? "." : `: ${change} USING ${converted};`;
    return [`The column ${rule.name} is ${type} and should be ${rule.wants}${mend}`];
  });
}

/** The columns that adopting this table adds to it. */
export function addedColumns(pageViews: PageViewsTable): string[] {
  const there = new Set(pageViews.columns.map((column) => column.name));
  return columnRules
    .filter((rule) => !rule.needed && !there.has(rule.name))
    .map(({ name }) => name);
}
