import { type RawBuilder, sql } from "kysely";

/**
 * All columns of `c`, and those of numbers once more as text: of two columns of one name a row has the last, which no type parser
 * of the host changes.
 */
export function withText(names: readonly string[]): RawBuilder<unknown> {
  const texts = names.map((name) => sql`${sql.ref(`c.${name}`)}::text as ${sql.ref(name)}`);
  return sql`c.*, ${sql.join(texts)}`;
}
