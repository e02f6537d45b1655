import { sql } from "kysely";
import type { Connection } from "../../database/connect.ts";
import { runQuery } from "../../database/run-query.ts";

interface SecretToFind {
  instant: string;
  signal?: AbortSignal | undefined;
}

/** The secret of the date of an instant; null for dates before yesterday, whose secrets are deleted. */
export type VisitorSecrets = (call: SecretToFind) => Promise<Buffer | null>;

interface SecretRow {
  secret: string | null;
  /** In milliseconds, from and until when the date lasts. */
  valid_from: string;
  valid_until: string;
}

const dayMs = 86_400_000;

/** The secrets that all processes of an installation share, asked for once a date. */
export function openVisitorSecrets(connection: Connection): VisitorSecrets {
  let known: SecretRow[] = [];
  return async ({ instant, signal }) => {
    const time = Date.parse(instant);
    known = known.filter(({ valid_until }) => Number(valid_until) > Date.now() - dayMs);
    let row = known.find(
      ({ valid_from, valid_until }) => Number(valid_from) <= time && time < Number(valid_until),
    );
    if (row === undefined) {
      [row] = await runQuery({
        db: connection.db,
        query: secretQuery(connection, instant),
        signal,
      });
      if (row !== undefined && row.secret !== null) known.push(row);
    }
    const secret = row?.secret ?? null;
    return secret === null ? null : Buffer.from(secret, "hex");
  };
}

// Which secret has the date that this instant is on, where dates are cut?
function secretQuery({ db, schema }: Connection, instant: string) {
  return sql<SecretRow>`
    select
      encode(s.secret, 'hex') as secret,
      (extract(epoch from s.valid_from) * 1000)::text as valid_from,
      (extract(epoch from s.valid_until) * 1000)::text as valid_until
    from ${sql.id(schema, "visitor_secret")}(${instant}::text::timestamptz) s
  `.compile(db);
}
