import { randomUUID } from "node:crypto";
import type { TestProject } from "vitest/node";
import { dropTemplates } from "../postgres/drop-templates.ts";
import { startPostgres } from "../postgres/start-postgres.ts";
import { findChromium } from "./find-chromium.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The program to launch; null when this machine has none. */
    chromium: string | null;
  }
}

/** Gives the browser tests the Chromium there is, and starts a PostgreSQL for the servers behind their pages. */
export default async function setup(
  project: TestProject,
): Promise<(() => Promise<void>) | undefined> {
  const chromium = findChromium() ?? null;
  project.provide("chromium", chromium);
  if (chromium === null) {
    process.stdout.write(
      "Browser tests are skipped: there is no Chromium on PATH. Install one (Debian: apt-get install chromium), or name it in HEADCOUNT_TEST_CHROMIUM.\n",
    );
    return undefined;
  }
  const runId = randomUUID().slice(0, 8);
  project.provide("runId", runId);
  const ownServer = process.env["HEADCOUNT_TEST_DATABASE_URL"];
  if (ownServer !== undefined) {
    project.provide("postgresUrl", ownServer);
    return () => dropTemplates(ownServer, runId);
  }
  const { url, stop } = await startPostgres();
  project.provide("postgresUrl", url);
  return stop;
}
