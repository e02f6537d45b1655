import { CompiledQuery, type Kysely } from "kysely";
import type { Connection } from "../session/connection.ts";

/** The one connection that a Kysely migration runs on. */
export function kyselyConnection(db: Kysely<unknown>): Connection {
  return {
    async query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
      const result = await db.executeQuery<Row>(CompiledQuery.raw(text, [...values]));
      return result.rows;
    },
  };
}
