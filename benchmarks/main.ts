import { parseArgs } from "node:util";
import { openTemporaryDatabase } from "../testing/postgres/temporary-database.ts";
import { compareWithRaw } from "./compare-with-raw.ts";

const usage = `npm run bench -- [--size 1000000] [--runs 11]

Loads that many page views into a Postgres of its own (or a temporary database on that of HEADCOUNT_TEST_DATABASE_URL),
installs Headcount beside them, and asks the same questions of the rollups and of raw page views. Answers are compared
for equality before they are timed.`;

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

await using database = await openTemporaryDatabase({
  purpose: "benchmark",
  serverUrl: process.env["HEADCOUNT_TEST_DATABASE_URL"],
  settings: { shared_buffers: "1GB", max_wal_size: "4GB" },
});
await compareWithRaw({ pool: database.pool, size, runs });

function wholeNumber(option: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 1) return number;
  process.stderr.write(
    `${option} must be a whole number of at least 1, and is "${text}".\n\n${usage}\n`,
  );
  process.exit(2);
}
