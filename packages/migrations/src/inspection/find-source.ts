import type { Connection } from "../session/connection.ts";
import { queryOne } from "../session/connection.ts";
import { citusSource } from "../sql-source/citus-source.ts";
import { librarySource } from "../sql-source/library-source.ts";
import type { SqlSource } from "../sql-source/sql-source.ts";

/** Which SQL is for this database: as it is installed, else that of a cluster where Citus has servers for shards. */
export async function findSource(connection: Connection, schema: string): Promise<SqlSource> {
  const found = await queryOne<{ installed: boolean; distributed: boolean; citus: boolean }>(
    connection,
    `select
       exists (select from pg_catalog.pg_tables t where t.schemaname = $1 and t.tablename = 'analytics_settings') as installed,
       exists (select from pg_catalog.pg_tables t where t.schemaname = $1 and t.tablename = 'slice_scripts') as distributed,
       pg_catalog.to_regclass('pg_catalog.pg_dist_node') is not null as citus`,
    [schema],
  );
  if (found.installed) return found.distributed ? citusSource : librarySource;
  if (!found.citus) return librarySource;
  const { servers } = await queryOne<{ servers: boolean }>(
    connection,
    "select exists (select from pg_catalog.pg_dist_node n where n.isactive and n.shouldhaveshards) as servers",
  );
  return servers ? citusSource : librarySource;
}
