import { once } from "node:events";
import { AnalyticsClient } from "@headcount/core";
import { progressOn } from "../quickstart/progress.ts";
import { collection } from "./host/collection.ts";
import { createApp } from "./server/create-app.ts";
import { buildPage } from "./start/build-page.ts";
import { dataDirectory } from "./start/data-directory.ts";
import { listen } from "./start/listen.ts";
import { openDatabase } from "./start/open-database.ts";
import { prepareDatabase } from "./start/prepare-database.ts";
import { readArguments, UsageError, usage } from "./start/read-arguments.ts";

try {
  const { help, port } = readArguments(process.argv.slice(2));
  if (help) process.stdout.write(usage);
  else await run(port);
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

async function run(port: number): Promise<void> {
  const progress = progressOn(process.stderr);
  // at the same time, on a processor of its own
  const building = buildPage();
  // it is waited for below, and may fail before
  building.catch(() => undefined);
  const directory = dataDirectory();
  await using database = await progress.step("Starting PostgreSQL", () =>
    openDatabase({ url: process.env["DATABASE_URL"], directory }),
  );
  const { pool } = database;
  await using analytics = new AnalyticsClient({ pool, collection });
  await prepareDatabase({ pool, analytics, progress });
  const page = await progress.step("Building the page", async (update) => {
    const built = await building;
    if (!built.isNew) update("is not needed again");
    return built;
  });

  const app = createApp({ analytics, pool, pageDirectory: page.directory });
  // ends with the client
  analytics.startAggregating({ intervalMs: 1000, onError: report });
  await using server = await listen({ app, port });
  process.stdout.write(`\nOpen ${server.url}\nPress Ctrl-C to stop. Your data is kept.\n`);
  await Promise.race(["SIGINT", "SIGTERM", "SIGHUP"].map((name) => once(process, name)));
}

function report(error: Error): void {
  process.stderr.write(`Folding failed, and will be tried again: ${error.message}\n`);
}

function explain(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\n\n${usage}`;
  return error instanceof Error ? error.message : String(error);
}
