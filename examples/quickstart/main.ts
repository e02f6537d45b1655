import { openTemporaryDatabase } from "../../testing/postgres/temporary-database.ts";
import { checkLogFile } from "./access-log/read-log-lines.ts";
import { progressOn } from "./progress.ts";
import { readArguments, UsageError, usage } from "./read-arguments.ts";
import { inkFor } from "./report/ink.ts";
import { pageWidth } from "./report/page-width.ts";
import { showAccessLog } from "./show-access-log.ts";
import { showMonth } from "./show-month.ts";

try {
  const { help, accessLog } = readArguments(process.argv.slice(2));
  if (help) process.stdout.write(usage);
  else await show(accessLog);
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

async function show(file: string | undefined): Promise<void> {
  // before anything is started: a mistyped path should fail at once
  if (file !== undefined) await checkLogFile(file);
  const page = { ink: inkFor(process.stdout), width: pageWidth(process.stdout) };
  const progress = progressOn(process.stderr);
  await using database = await progress.step("Starting PostgreSQL", () =>
    openTemporaryDatabase({
      purpose: "demo",
      serverUrl: process.env["HEADCOUNT_TEST_DATABASE_URL"],
    }),
  );
  const lines = await (file === undefined
    ? showMonth({ database, progress, ...page })
    : showAccessLog({ database, file, progress, ...page }));
  const seconds = (performance.now() / 1000).toFixed(1);
  const next = file === undefined ? " Your own site: npm run demo -- --access-log FILE" : "";
  process.stdout.write(
    `\n${lines.join("\n")}\n\n${page.ink.faint(`Done in ${seconds} s.${next}`)}\n`,
  );
}

function explain(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\n\n${usage}`;
  return error instanceof Error ? error.message : String(error);
}
