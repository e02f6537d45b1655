import { escapeIdentifier, Pool, type PoolClient } from "pg";
import { runOn } from "../../testing/postgres/run-on.ts";
import { openTemporaryDatabase } from "../../testing/postgres/temporary-database.ts";
import type { ContenderName } from "../results/contender-names.ts";
import { type Installation, readInstallation, readTables } from "../server/installation.ts";
import { type Driver, startDriver } from "./start-driver.ts";

export type SideName = Extract<ContenderName, "against" | "headcount">;

/** One of the two checkouts, installed in a database of its own. */
export interface Side extends AsyncDisposable {
  name: SideName;
  /** A host's connections. */
  pool: Pool;
  /** The one connection that folds, and its process on the server. */
  folder: PoolClient;
  folderPid: number;
  driver: Driver;
  installation: Installation;
  /** How long it took to read in the page views that were there. */
  historyMs: number;
}

interface SideOptions {
  name: SideName;
  /** The checkout's script. */
  driver: string;
  serverUrl: string;
  /** The database that it begins with a copy of. */
  template: string;
}

/** Copies the database of page views, and installs a checkout in the copy. */
export async function openSide({
  name,
  driver: script,
  serverUrl,
  template,
}: SideOptions): Promise<Side> {
  await using cleanUp = new AsyncDisposableStack();
  const url = cleanUp.use(await copyDatabase(serverUrl, template)).url;
  const pool = cleanUp.adopt(new Pool({ connectionString: url }), (opened) => opened.end());
  pool.on("error", () => undefined);
  const before = await readTables(pool);
  const driver = cleanUp.use(startDriver(script, url));
  const { answer } = await driver.perform({ call: "migrate" });
  await pool.query("vacuum analyze");
  const folder = cleanUp.adopt(await pool.connect(), (connection) => connection.release());
  const { rows } = await folder.query<{ pid: number }>("select pg_backend_pid() as pid");
  const installation = await readInstallation(pool, before);
  const opened = cleanUp.move();
  return {
    name,
    pool,
    folder,
    folderPid: rows[0]?.pid ?? 0,
    driver,
    installation,
    historyMs: Number(answer),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function copyDatabase(
  serverUrl: string,
  template: string,
): Promise<AsyncDisposable & { url: string }> {
  // what takes it away again knows its name only, so it may be made anew
  const database = await openTemporaryDatabase({ purpose: "benchmark", serverUrl });
  const url = database.pool.options.connectionString ?? "";
  const name = escapeIdentifier(new URL(url).pathname.slice(1));
  await runOn(serverUrl, `drop database ${name}`);
  await runOn(
    serverUrl,
    `create database ${name} template ${escapeIdentifier(template)} strategy file_copy`,
  );
  return { url, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() };
}
