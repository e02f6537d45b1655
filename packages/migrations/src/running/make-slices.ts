import type { Connection } from "../session/connection.ts";
import { queryOne } from "../session/connection.ts";
import { sliceScript } from "../sql-source/slice-script.ts";
import { quoteIdentifier } from "../sql-text/quote.ts";
import type { SqlPlaceholders } from "../sql-text/render-sql.ts";

/** Makes what slices of a cluster lack, where their shards are. Returns how many that were. */
export async function makeSlices(
  connection: Connection,
  placeholders: SqlPlaceholders,
): Promise<number> {
  const schema = quoteIdentifier(placeholders.schema);
  const script = sliceScript(placeholders);
  const [installed] = await connection.query(
    `select from ${schema}.slice_scripts where checksum = $1`,
    [script.checksum],
  );
  if (installed === undefined) {
    await connection.query("begin");
    try {
      await connection.query(`delete from ${schema}.slice_scripts`);
      await connection.query(
        `insert into ${schema}.slice_scripts (script, checksum) values ($1, $2)`,
        [script.text, script.checksum],
      );
      await connection.query("commit");
    } catch (error) {
      await connection.query("rollback").catch(() => undefined);
      throw error;
    }
  }
  const { made } = await queryOne<{ made: number }>(
    connection,
    `select ${schema}.make_slices() as made`,
  );
  return made;
}
