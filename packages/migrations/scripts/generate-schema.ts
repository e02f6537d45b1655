// Writes schema.sql, the golden dump that a migration must change together with the schema.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client, Pool } from "pg";
import { startPostgres } from "../../../testing/postgres/start-postgres.ts";
import { migrate } from "../src/migrate.ts";
import { dumpSchemas } from "./dump-schema.ts";

const server = await startPostgres({ major: 18 });
try {
  const pool = new Pool({ connectionString: server.url });
  // the server ends while a connection is closing: that is not a reason to fail
  pool.on("error", () => undefined);
  await migrate({ pool });
  await pool.end();
  const client = new Client({ connectionString: server.url, options: "-c search_path=pg_catalog" });
  await client.connect();
  const dump = await dumpSchemas(client, ["headcount", "public"]);
  await client.end();
  writeFileSync(join(import.meta.dirname, "..", "schema.sql"), dump);
} finally {
  await server.stop();
}
