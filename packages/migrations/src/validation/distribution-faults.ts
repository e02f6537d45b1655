import { findHostColumn } from "../inspection/host-columns.ts";
import { mayHaveRows, type PageViewsColumn } from "../inspection/inspect-page-views.ts";
import type { Installation } from "../inspection/installation.ts";
import type { Connection } from "../session/connection.ts";
import { quoteTableName, type TableName } from "../sql-text/quote.ts";

/** Everything that keeps this table from being counted where Citus spreads it, each with what fixes it. */
export async function distributionFaults(
  connection: Connection,
  { source, target, ledger, pageViews, columnNames }: Installation,
): Promise<string[]> {
  if (source.isDistributed !== true) return [];
  const faults =
    target.partition === undefined ? [] : ["On Citus no partitions are made: leave partition out."];
  const [node] = await connection.query<{ worker: boolean }>(
    "select g.groupid <> 0 as worker from pg_catalog.pg_dist_local_group g",
  );
  if (node?.worker === true) {
    faults.push("This server has shards only: connect to the coordinator of the cluster.");
  }
  const { details, table } = pageViews;
  const entity = findHostColumn({ details, columnNames, name: "entity_id" });
  if (entity === undefined) return faults;
  return [
    ...faults,
    ...(await spreadFaults(connection, { table, entity, begun: ledger.length > 0 })),
    ...typeFaults(entity),
  ];
}

interface SpreadTable {
  table: TableName;
  entity: PageViewsColumn;
  /** Whether an earlier run may have created it, and was interrupted before it was spread. */
  begun: boolean;
}

async function spreadFaults(
  connection: Connection,
  { table, entity, begun }: SpreadTable,
): Promise<string[]> {
  const name = quoteTableName(table);
  const [row] = await connection.query<{ column: string | null }>(
    `select case when p.partmethod = 'h' then pg_catalog.column_to_column_name(p.logicalrelid, p.partkey) end as column
     from pg_catalog.pg_dist_partition p where p.logicalrelid = $1::regclass`,
    [name],
  );
  if (row === undefined) {
    if (begun && !(await mayHaveRows(connection, table))) return [];
    return [
      `Citus does not spread it: SELECT create_distributed_table('${name}', '${entity.name}');`,
    ];
  }
  if (row.column === entity.name) return [];
  return [
    `Citus spreads it by ${row.column ?? "no column"}, and all that is counted belongs to one entity: SELECT alter_distributed_table('${name}', distribution_column => '${entity.name}');`,
  ];
}

function typeFaults({ name, type }: PageViewsColumn): string[] {
  if (["uuid", "bigint", "text"].includes(type)) return [];
  return [
    `The column ${name} is ${type}, and shards lie beside those of ours only where it is uuid, bigint or text.`,
  ];
}
