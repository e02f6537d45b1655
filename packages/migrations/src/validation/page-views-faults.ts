import { idTypeOfColumn } from "../inspection/host-columns.ts";
import type { PageViewsColumn, PageViewsTable } from "../inspection/inspect-page-views.ts";
import type { Installation } from "../inspection/installation.ts";
import type { InstallationTarget } from "../migration-options.ts";
import {
  type ColumnNames,
  capturedColumnNames,
  type PageViewColumnName,
} from "../sql-text/page-view-columns.ts";
import { quoteIdentifier, quoteTableName } from "../sql-text/quote.ts";

interface ColumnRule {
  name: PageViewColumnName | "id";
  needed: boolean;
  /** What it should be, as a person says it. */
  wants: string;
  accepts: (column: PageViewsColumn) => boolean;
  /** The type that fixes it. */
  fittingType: string;
  /** What adds it, where more than the type is needed. */
  definition?: string;
  /** The expression that makes a value of another type fit; undefined when it is not for us to say. */
  convert: (column: PageViewsColumn, value: string) => string | undefined;
}

const isId = (column: PageViewsColumn): boolean => idTypeOfColumn(column) !== undefined;
const isText = (column: PageViewsColumn): boolean => idTypeOfColumn(column) === "text";
const isInteger = (column: PageViewsColumn): boolean => idTypeOfColumn(column) === "bigint";
const isNumber = ({ baseType }: PageViewsColumn): boolean =>
  ["numeric", "real", "double precision"].includes(baseType);

// Whatever the type is, it can be written as text: citext ignores case, and then in one case.
const convertToText: ColumnRule["convert"] = (column, value) =>
  isCitext(column) ? `lower(${value}::text)` : `${value}::text`;
const isCitext = ({ baseType }: PageViewsColumn): boolean => /(^|\.)citext$/.test(baseType);
const textRule = (name: ColumnRule["name"], needed: boolean): ColumnRule => {
  return {
    name,
    needed,
    wants: "text",
    accepts: isText,
    fittingType: "text",
    convert: convertToText,
  };
};
const idRule = (name: ColumnRule["name"], needed: boolean): ColumnRule => {
  return { ...textRule(name, needed), wants: "uuid, an integer or text", accepts: isId };
};
const factRule = (name: ColumnRule["name"]): ColumnRule => {
  return {
    name,
    needed: false,
    wants: "an integer",
    accepts: ({ baseType }) => baseType === "integer",
    fittingType: "integer",
    convert: (column, value) =>
      isInteger(column) || isNumber(column) ? `${value}::integer` : undefined,
  };
};
const columnRules: readonly ColumnRule[] = [
  // As the table is created without one: on the partitions of older servers an identity cannot be added.
  { ...idRule("id", true), definition: "uuid NOT NULL DEFAULT gen_random_uuid()" },
  textRule("entity_type", true),
  idRule("entity_id", true),
  idRule("account_id", true),
  idRule("session_id", false),
  idRule("visitor_id", false),
  idRule("owner_id", false),
  {
    name: "viewed_at",
    needed: true,
    wants: "timestamp with time zone",
    accepts: ({ baseType }) => baseType === "timestamp with time zone",
    fittingType: "timestamptz",
    // A number says no unit, and a date no hour.
    convert: (column, value) => (isText(column) ? `${value}::timestamptz` : undefined),
  },
  textRule("referrer_url", false),
  {
    name: "time_on_page",
    needed: false,
    wants: "an integer (seconds)",
    accepts: isInteger,
    fittingType: "integer",
    convert: (column, value) => {
      if (column.baseType === "interval") return `extract(epoch from ${value})::integer`;
      return isText(column) || isNumber(column) ? `${value}::integer` : undefined;
    },
  },
  factRule("source_no"),
  factRule("device_no"),
];

/** Everything that keeps this table from being adopted into the schema, each with what fixes it. */
export function pageViewsFaults(
  pageViews: PageViewsTable,
  { target, columnNames }: Pick<Installation, "target" | "columnNames">,
): string[] {
  if (pageViews.kind === "other") {
    return [
      "It is not a table: give the table (ordinary or partitioned) that the page views are written to.",
    ];
  }
  return [
    ...tableFaults(pageViews, target.schema),
    ...partitionFaults(pageViews, { target, columnNames }),
    ...columnFaults(pageViews, columnNames, target),
  ];
}

function tableFaults(pageViews: PageViewsTable, schema: string): string[] {
  const table = quoteTableName(pageViews.table);
  const faults: string[] = [];
  if (pageViews.isPartition) {
    faults.push(
      "It is a partition: give its partitioned table, whose other rows would not be counted.",
    );
  }
  if (pageViews.hasInheritingTables) {
    faults.push(
      "Other tables inherit from it, and have none of its indexes: use partitions instead.",
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

function partitionFaults(
  { partitionedBy }: PageViewsTable,
  { target, columnNames }: Pick<Installation, "target" | "columnNames">,
): string[] {
  const viewedAt = columnNames.viewed_at ?? "viewed_at";
  return target.partition === undefined || partitionedBy === viewedAt
    ? []
    : [
        `Its rows are not in partitions by ranges of ${viewedAt}, and a table that is there stays as it is: leave partition out.`,
      ];
}

function columnFaults(
  pageViews: PageViewsTable,
  columnNames: ColumnNames,
  { entityType }: Pick<InstallationTarget, "entityType">,
): string[] {
  const alter = `ALTER TABLE ${quoteTableName(pageViews.table)}`;
  const columns = new Map(pageViews.columns.map((column) => [column.name, column]));
  const session = columns.get(columnNames.session_id ?? "session_id");
  return columnRules.flatMap((rule) => {
    const name = columnNames[rule.name] ?? rule.name;
    const column = columns.get(name);
    if (column === undefined) {
      if (!rule.needed || (rule.name === "entity_type" && entityType !== undefined)) return [];
      const missing = `${alter} ADD COLUMN ${rule.name} ${rule.definition ?? rule.fittingType};`;
      return [
        `The column ${rule.name} (${rule.wants}) is missing: give the one that holds it (--column ${rule.name}=NAME), or ${missing}`,
      ];
    }
    if (rule.name === "visitor_id" && session !== undefined && differ(column, session)) {
      const value = quoteIdentifier(name);
      return [
        `The column ${name} is ${column.type} and should be of the type of ${session.name}: ${alter} ALTER COLUMN ${value} TYPE ${session.type} USING ${value}::text::${session.type}; (or give the one that says which browser it was: --column visitor_id=NAME)`,
      ];
    }
    return rule.accepts(column)
      ? captureFaults(column, { alter, rule })
      : [typeFault(column, { alter, rule })];
  });
}

// A column whose type we cannot follow has a fault of its own.
function differ(column: PageViewsColumn, session: PageViewsColumn): boolean {
  const [type, sessionType] = [idTypeOfColumn(column), idTypeOfColumn(session)];
  return type !== undefined && sessionType !== undefined && type !== sessionType;
}

interface ColumnFault {
  alter: string;
  rule: ColumnRule;
}

function typeFault(column: PageViewsColumn, { alter, rule }: ColumnFault): string {
  const { name, type } = column;
  const value = quoteIdentifier(name);
  const change = `${alter} ALTER COLUMN ${value} TYPE ${rule.fittingType}`;
  if (rule.name === "viewed_at" && column.baseType === "timestamp without time zone") {
    return `The column ${name} is a timestamp without time zone, which names no instant: ${change} USING ${value} AT TIME ZONE 'UTC'; (with the zone that it was written in)`;
  }
  const converted = rule.convert(column, value);
  const fix = converted === undefined ? "." : `: ${change} USING ${converted};`;
  return `The column ${name} is ${type} and should be ${rule.wants}${fix}`;
}

/** What would fail, or be counted wrong, where a trigger reads the column. */
function captureFaults(column: PageViewsColumn, { alter, rule }: ColumnFault): string[] {
  if (!capturedColumnNames.some((captured) => captured === rule.name)) return [];
  const name = quoteIdentifier(column.name);
  const { collation, declaration, virtualExpression } = column;
  const faults: string[] = [];
  if (virtualExpression !== null) {
    faults.push(
      `The column ${column.name} is generated and virtual, and triggers do not see its values: ${alter} DROP COLUMN ${name}, ADD COLUMN ${name} ${declaration} GENERATED ALWAYS AS (${virtualExpression}) STORED;`,
    );
  }
  if (collation !== null && !collation.isDeterministic) {
    faults.push(
      `The column ${column.name} has the collation ${collation.name}, by which texts that differ are equal: ${alter} ALTER COLUMN ${name} TYPE ${declaration} COLLATE "default";`,
    );
  }
  return faults;
}

/** The columns that adopting this table adds to it. */
export function addedColumns(pageViews: PageViewsTable, columnNames: ColumnNames): string[] {
  const there = new Set(pageViews.columns.map((column) => column.name));
  return columnRules
    .filter((rule) => !rule.needed && !there.has(columnNames[rule.name] ?? rule.name))
    .map(({ name }) => name);
}
