import { Client } from "pg";
import type { TestDatabase } from "../test-database.ts";

/** In which tables of which servers is one of these texts, shards and what slices have for themselves among them? */
export async function searchCluster(
  { url, pool }: Pick<TestDatabase, "url" | "pool">,
  texts: readonly string[],
): Promise<string[]> {
  const { rows: nodes } = await pool.query<{ host: string; port: number }>(
    "select nodename::text as host, nodeport as port from pg_dist_node order by nodeport",
  );
  // a number is found by itself, and not within another one
  const patterns = texts.map((text) =>
    text.replace(/^(?=\d)/, "(?<!\\d)").replace(/(?<=\d)$/, "(?!\\d)"),
  );
  const found: string[] = [];
  for (const { host, port } of nodes) {
    const there = new URL(url);
    there.hostname = host;
    there.port = String(port);
    const client = new Client({ connectionString: there.href });
    await client.connect();
    try {
      await client.query("set citus.override_table_visibility = off");
      const { rows: tables } = await client.query<{ name: string }>(
        `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind = 'r' and (n.nspname = 'public' or n.nspname like 'headcount%')
           and c.oid not in (select p.logicalrelid from pg_dist_partition p)`,
      );
      for (const { name } of tables) {
        const { rows } = await client.query<{ text: string }>(
          `select r.text from (select to_jsonb(t)::text as text from ${name} t) r
           where r.text ~ any ($1) limit 1`,
          [patterns],
        );
        if (rows[0] !== undefined) found.push(`${port} ${name}: ${rows[0].text}`);
      }
    } finally {
      await client.end();
    }
  }
  return found;
}
