import { sql } from "kysely";
import type { Connection } from "../database/connect.ts";
import { runQuery } from "../database/run-query.ts";

interface SampleToMake {
  connection: Connection;
  /** A share of the entities below 1, or so many of them. */
  sample: number | undefined;
  seed: number;
  signal?: AbortSignal | undefined;
}

/** Which share of the entities this sample is; null for all of them. */
export async function sampledShare({
  connection: { db, schema },
  sample,
  seed,
  signal,
}: SampleToMake): Promise<number | null> {
  if (sample === undefined) return null;
  if (sample < 1) return sample;
  const query = sql<{ share: string }>`
    select ${sql.id(schema, "share_of_entities")}(${sample}::int4, ${seed}::int8)::text as share
  `.compile(db);
  const [row] = await runQuery({ db, query, signal });
  return Number(row?.share ?? 1);
}
