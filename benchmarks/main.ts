import { parseArgs } from "node:util";
import { Pool } from "pg";
import { startPostgres } from "../testing/postgres/start-postgres.ts";
import { compareWithRaw } from "./compare-with-raw.ts";

const usage = `npm run bench -- [--size 1000000] [--runs 11]

Loads that many page views into a Postgres of its own, installs Headcount beside them, and asks the same questions
of the rollups and of raw page views. Answers are compared for equality before they are timed.`;

const { values } = parseArgs({
  options: {
    size: { type: "string", default: "1000000" },
    runs: { type: "string", default: "11" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  process.stdout.write(`${usage}\n`);
  process.exit();
}
const size = wholeNumber("--size", values.size);
const runs = wholeNumber("--runs", values.runs);

const server = await startPostgres({ settings: { shared_buffers: "1GB", max_wal_size: "4GB" } });
const pool = new Pool({ connectionString: server.url });
pool.on("error", () => undefined);
try {
  await compareWithRaw({ pool, size, runs });
} finally {
  await pool.end();
  await server.stop();
}

function wholeNumber(option: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  process.stderr.write(
    `${option} must be a whole number of at least 1, and is "${text}".\n\n${usage}\n`,
  );
  process.exit(2);
}
