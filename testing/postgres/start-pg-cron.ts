import { spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { launchServer } from "./server-process.ts";
import { findServerUser } from "./server-user.ts";
import type { RunningPostgres } from "./start-postgres.ts";
import { testSearchPath } from "./test-search-path.ts";

const debian = "/usr/lib/postgresql";

/** The folder of Debian's newest PostgreSQL that has pg_cron beside it. */
export function findPgCron(): string | undefined {
  if (!existsSync(debian)) return undefined;
  return readdirSync(debian)
    .toSorted((a, b) => Number(b) - Number(a))
    .map((major) => join(debian, major))
    .find((folder) => existsSync(join(folder, "lib/pg_cron.so")));
}

/** Says what is missing where {@link findPgCron} finds nothing. */
export const missingPgCronMessage =
  "pg_cron is tested on Debian's postgresql-15 with postgresql-15-cron, and there is none here: apt-get install both.";

/** Starts Debian's PostgreSQL with pg_cron, which lives in the database `postgres`. */
export async function startPgCron(folder: string): Promise<RunningPostgres> {
  const user = findServerUser();
  const workDirectory = mkdtempSync(join(tmpdir(), "headcount-pg-cron-"));
  try {
    if (user.uid !== undefined && user.gid !== undefined) {
      chownSync(workDirectory, user.uid, user.gid);
    }
    const dataDirectory = join(workDirectory, "data");
    const { status, stderr } = spawnSync(
      join(folder, "bin/initdb"),
      [
        `--pgdata=${dataDirectory}`,
        "--username=postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
      ],
      { ...user, cwd: tmpdir(), encoding: "utf8" },
    );
    if (status !== 0) throw new Error(`initdb could not make "${dataDirectory}": ${stderr}`);
    const port = await freePort();
    const server = await launchServer({
      program: join(folder, "bin/postgres"),
      user,
      workDirectory,
      dataDirectory,
      settings: {
        listen_addresses: "127.0.0.1",
        port,
        unix_socket_directories: workDirectory,
        fsync: "off",
        search_path: testSearchPath,
        shared_preload_libraries: "pg_cron",
        "cron.database_name": "postgres",
        // its jobs connect like any client, by the socket's folder
        "cron.host": workDirectory,
      },
    });
    return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, port, ...server };
  } catch (error) {
    rmSync(workDirectory, { recursive: true, force: true });
    throw error;
  }
}
