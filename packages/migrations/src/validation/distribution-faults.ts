import { findHostColumn } from "../inspection/host-columns.ts";
import { mayHaveRows, type PageViewsTable } from "../inspection/inspect-page-views.ts";
import type { Installation } from "../inspection/installation.ts";
import type { Connection } from "../session/connection.ts";
import type { ColumnNames } from "../sql-text/page-view-columns.ts";
import { quoteTableName } from "../sql-text/quote.ts";

/** Everything that keeps this table from being counted where Citus spreads it, each with what fixes it. */
export async function distributionFaults(
  connection: Connection,
  { source, target, pageViews, columnNames }: Installation,
): Promise<string[]> {
  if (source.isDistributed !== true) return [];
  const [node] = await connection.query<{ worker: boolean }>(
    "select g.groupid <> 0 as worker from pg_catalog.pg_dist_local_group g",
  );
  const { details } = pageViews;
  return [
    ...(node?.worker === true
      ? ["This server has shards only: connect to the coordinator of the cluster."]
      : []),
    ...(target.partition === undefined
      ? []
      : ["On Citus no partitions are made: leave partition out."]),
    ...(details === undefined
      ? []
      : [
          ...(await spreadFaults(connection, details, columnNames)),
          ...typeFaults(details, columnNames),
        ]),
  ];
}

async function spreadFaults(
  connection: Connection,
  { table, columns }: PageViewsTable,
  columnNames: ColumnNames,
): Promise<string[]> {
  const entity = columnNames.entity_id ?? "entity_id";
  if (columns.every(({ name }) => name !== entity)) return [];
  const quoted = quoteTableName(table);
  const [row] = await connection.query<{ column: string | null }>(
    `select case when p.partmethod = 'h' then pg_catalog.column_to_column_name(p.logicalrelid, p.partkey) end as column
     from pg_catalog.pg_dist_partition p where p.logicalrelid = $1::regclass`,
    [quoted],
  );
  if (row === undefined) {
    return (await mayHaveRows(connection, table))
      ? [
          `Citus does not spread it: SELECT create_distributed_table('${quoted}', '${entity}', colocate_with => 'none');`,
        ]
      : [];
  }
  if (row.column === entity) return [];
  return [
    `Citus spreads it by ${row.column ?? "no column"}, and all that is counted belongs to one entity: SELECT alter_distributed_table('${quoted}', distribution_column => '${entity}');`,
  ];
}

function typeFaults(details: PageViewsTable, columnNames: ColumnNames): string[] {
  const find = (name: "entity_id" | "session_id" | "visitor_id") =>
    findHostColumn({ details, columnNames, name });
  const entity = find("entity_id");
  if (entity === undefined) return [];
  if (!["uuid", "bigint", "text"].includes(entity.type)) {
    return [
      `The column ${entity.name} is ${entity.type}, and shards lie beside those of ours only where it is uuid, bigint or text.`,
    ];
  }
  const session = find("session_id") ?? find("visitor_id");
  return session === undefined || session.type === entity.type
    ? []
    : [
        `The column ${session.name} is ${session.type}, and sessions lie beside entities only where both are ${entity.type}.`,
      ];
}
