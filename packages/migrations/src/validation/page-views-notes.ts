import { findHostColumn } from "../inspection/host-columns.ts";
import type { PageViewsTable } from "../inspection/inspect-page-views.ts";
import type { Installation } from "../inspection/installation.ts";
import { type Connection, queryOne } from "../session/connection.ts";
import { idsFitSql, maxIdBytes, pageViewColumnNames } from "../sql-text/page-view-columns.ts";
import { quoteIdentifier, quoteTableName } from "../sql-text/quote.ts";

interface Surroundings {
  partitions: number;
  row_security: boolean;
  triggers: string[];
  unique_id: boolean;
  readable: boolean;
}

/** What installing will meet in a table that is to be adopted, a sentence each. */
export async function pageViewsNotes(
  connection: Connection,
  installation: Installation,
): Promise<string[]> {
  const { pageViews, columnNames } = installation;
  const { details, table } = pageViews;
  if (details === undefined) return [];
  const idName = columnNames.id ?? "id";
  const found = await queryOne<Surroundings>(connection, surroundings, [
    table.schema,
    table.name,
    idName,
  ]);
  const { partitions, row_security, triggers, unique_id, readable } = found;
  return [
    ...columnNotes(details, installation),
    ...(readable ? await valueNotes(connection, installation) : []),
    ...(unique_id
      ? []
      : [
          details.kind === "partitioned"
            ? `${idName} has no unique index of its own, as partitions often have not: collecting by this package knows views of the last week by a table of its own.`
            : `${idName} has no unique index of its own, so it may have duplicates: collecting by this package needs one.`,
        ]),
    ...(row_security
      ? [
          "Row level security is enabled: who folds, rebuilds, reads in or verifies must own the table or bypass it.",
        ]
      : []),
    ...(partitions > 0
      ? [
          `It has partitions (${partitions}), which get triggers of their own: what is written to them by name is counted too.`,
          ...(details.estimatedRows === 0
            ? []
            : [
                "Indexes of partitions are not built concurrently, and writers wait: on a large table build them on each partition before, as docs/existing-page-views.md says.",
              ]),
        ]
      : []),
    ...(triggers.length > 0
      ? [`It has triggers of yours, which stay: ${triggers.join(", ")}.`]
      : []),
  ];
}

function columnNotes(details: PageViewsTable, { columnNames }: Installation): string[] {
  return pageViewColumnNames.flatMap((ours) => {
    const column = findHostColumn({ details, columnNames, name: ours });
    if (column === undefined) return [];
    const { name, declaration, type, baseType, isEnum, collation, isGenerated } = column;
    return [
      ...(name === ours ? [] : [`${ours} is taken from the column ${name}.`]),
      ...(isEnum || baseType !== type || baseType === "character"
        ? [
            `${name} is ${declaration}, and is counted as ${isEnum || baseType === "character" ? "text" : baseType}${isEnum ? "; our indexes leave it out, for its labels may be renamed" : ""}.`,
          ]
        : []),
      ...(isGenerated ? [`${name} is generated and stored, and triggers see its values.`] : []),
      ...(collation === null
        ? []
        : [`${name} has the collation ${collation.name}, and is counted by the database's.`]),
    ];
  });
}

const maxScanned = 1_000_000;

// Of a large table, a part says enough.
async function valueNotes(
  connection: Connection,
  { pageViews, placeholders }: Installation,
): Promise<string[]> {
  const { table, details } = pageViews;
  const { columns, entityIdType, accountIdType, sessionIdType } = placeholders;
  const rows = details?.estimatedRows ?? 0;
  const isSampled = rows > maxScanned;
  const sample = isSampled
    ? `tablesample system (${(100 * maxScanned) / rows}) repeatable (1)`
    : "";
  const there = new Set(details?.columns.map(({ name }) => name));
  const idsFit = idsFitSql(
    Object.fromEntries(
      Object.entries(columns).map(([ours, column]) => [
        ours,
        there.has(column.name) ? column : { ...column, indexedBy: "nothing" as const },
      ]),
    ) as typeof columns,
    {
      entity_id: entityIdType,
      account_id: accountIdType,
      session_id: sessionIdType,
      visitor_id: sessionIdType,
    },
  );
  const viewedAt = quoteIdentifier(columns.viewed_at.name);
  const found = await queryOne<{ long: number; undated: number; untyped: number }>(
    connection,
    `select
       count(*) filter (where not (${idsFit}))::float8 as long,
       count(*) filter (where ${viewedAt} is null or ${viewedAt} < '0001-01-02 00:00Z' or ${viewedAt} >= '9999-12-31 00:00Z')::float8 as undated,
       count(*) filter (where ${there.has(columns.entity_type.name) ? `${quoteIdentifier(columns.entity_type.name)} is null` : "false"})::float8 as untyped
     from ${quoteTableName(table)} ${sample}`,
  );
  const notes: readonly [number, string][] = [
    [found.long, `have ids of more than ${maxIdBytes.toLocaleString("en-US")} bytes together`],
    [found.undated, "have an instant outside the years 1 to 9999"],
    [found.untyped, "have no entity_type"],
  ];
  return notes
    .filter(([views]) => views > 0)
    .map(
      ([views, what]) =>
        `Page views${isSampled ? " of a sample" : ""} that ${what}: ${views.toLocaleString("en-US")}, which will be left out.`,
    );
}

const surroundings = `
select
  (select count(*)::int from pg_inherits i where i.inhparent = c.oid) as partitions,
  c.relrowsecurity as row_security,
  (
    select coalesce(json_agg(t.tgname order by t.tgname), '[]') from pg_trigger t
    where t.tgrelid = c.oid and not t.tgisinternal and not starts_with(t.tgname, 'headcount_')
  ) as triggers,
  exists (
    select from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attname = $3
    where i.indrelid = c.oid and i.indisunique and i.indpred is null and i.indnkeyatts = 1 and i.indkey[0] = a.attnum
  ) as unique_id,
  has_schema_privilege(n.oid, 'USAGE') and has_table_privilege(c.oid, 'SELECT') as readable
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = $1 and c.relname = $2`;
