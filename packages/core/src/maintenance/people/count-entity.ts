import { sql } from "kysely";
import type { Entity } from "../../contract/entity.ts";
import type { Connection } from "../../database/connect.ts";
import { runQuery } from "../../database/run-query.ts";
import { entityArguments } from "./entity-arguments.ts";

interface EntityToCount {
  connection: Connection;
  entity: Entity;
  signal?: AbortSignal | undefined;
}

/** How many page views are about this entity? */
export async function countEntity({ connection, entity, signal }: EntityToCount): Promise<number> {
  const { db, schema } = connection;
  const installation = await connection.installation({ signal });
  const query = sql<{ page_views: string }>`
    select c.page_views::text as page_views
    from ${sql.id(schema, "count_entity")}(${entityArguments({ entity, installation })}) c
  `.compile(db);
  const [row] = await runQuery({ db, query, signal });
  return Number(row?.page_views ?? 0);
}
