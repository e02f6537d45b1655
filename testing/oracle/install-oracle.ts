import { readFile } from "node:fs/promises";
import { escapeLiteral, type Pool } from "pg";

export interface OracleOptions {
  pool: Pick<Pool, "query">;
  timeZone: string;
  /** What ids of visitors are ordered as: the type of account and session ids, text when they differ. */
  visitorIdType: "uuid" | "bigint" | "text";
  entityIdType: "uuid" | "bigint" | "text";
}

// What stands for no entity in the rollups.
const noEntity = {
  uuid: "'00000000-0000-0000-0000-000000000000'::uuid",
  bigint: "'-9223372036854775808'::bigint",
  text: "''::text",
};

/**
 * Creates the schema `oracle` in a database that Headcount was installed in, with its defaults: views and functions
 * that answer every question from raw page views.
 */
export async function installOracle(options: OracleOptions): Promise<void> {
  const files = ["./rollups.sql", "./questions.sql"];
  const texts = await Promise.all(
    files.map((file) => readFile(new URL(file, import.meta.url), "utf8")),
  );
  await options.pool.query(`
    create schema oracle;
    create domain oracle.visitor_id as ${options.visitorIdType};
    create domain oracle.entity_id_type as ${options.entityIdType};
    create function oracle.no_entity() returns ${options.entityIdType} immutable return ${noEntity[options.entityIdType]};
    create function oracle.time_zone() returns text immutable return ${escapeLiteral(options.timeZone)};
    ${texts.join("\n")}
  `);
}
