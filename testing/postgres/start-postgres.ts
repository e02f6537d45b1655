import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { freePort } from "./free-port.ts";
import { executable, findPostgresBinaries, missingBinariesMessage } from "./postgres-binaries.ts";
import type { PostgresMajor } from "./postgres-major.ts";
import { launchServer } from "./server-process.ts";
import { findServerUser, type ServerUser } from "./server-user.ts";

export interface StartPostgresOptions {
  /** @default 18 */
  major?: PostgresMajor;
  /** Kept and used again by the next start; without it, the data lives in a temporary folder that `stop` removes. */
  dataDirectory?: string;
  /** Server settings as in postgresql.conf, for example `{ max_connections: 20 }`. */
  settings?: Record<string, string | number>;
}

export interface RunningPostgres {
  url: string;
  port: number;
  pid: number;
  stop: () => Promise<void>;
}

// A temporary server has nothing to lose in a crash.
const temporarySettings = { fsync: "off", synchronous_commit: "off", full_page_writes: "off" };
// Unicode-aware upper and lower case on every platform; only Linux is sure to have C.UTF-8.
const locale =
  process.platform === "linux"
    ? ["--locale=C.UTF-8"]
    : ["--locale=C", "--locale-provider=icu", "--icu-locale=und"];

/**
 * Starts a PostgreSQL from the npm packages, reachable from this machine only, as the superuser `postgres` without a password.
 *
 * @throws {Error} when there is none for this platform, or when it does not start.
 * @example
 * const server = await startPostgres({ major: 15 });
 * await server.stop();
 */
export async function startPostgres(options: StartPostgresOptions = {}): Promise<RunningPostgres> {
  const { major = 18, settings = {} } = options;
  const installed = findPostgresBinaries(major);
  if (installed === undefined) throw new Error(missingBinariesMessage(major));

  const user = findServerUser();
  const workDirectory = mkdtempSync(join(tmpdir(), "headcount-postgres-"));
  try {
    giveTo(user, workDirectory);
    const native = reachableBy(user, installed, workDirectory);
    const dataDirectory = resolve(options.dataDirectory ?? join(workDirectory, "data"));
    prepareDataDirectory({ native, major, user, dataDirectory });

    const port = await freePort();
    const server = await launchServer({
      program: executable(native, "postgres"),
      user,
      workDirectory,
      dataDirectory,
      settings: {
        listen_addresses: "127.0.0.1",
        port,
        unix_socket_directories: process.platform === "win32" ? "" : workDirectory,
        ...(options.dataDirectory === undefined ? temporarySettings : {}),
        ...settings,
      },
    });
    return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, port, ...server };
  } catch (error) {
    rmSync(workDirectory, { recursive: true, force: true });
    throw error;
  }
}

function giveTo(user: ServerUser, folder: string): void {
  if (user.uid === undefined || user.gid === undefined) return;
  chownSync(folder, user.uid, user.gid);
  chmodSync(folder, 0o755);
}

// Below a folder such as /root (mode 0700) another user cannot run the binaries: run a copy of them.
function reachableBy(user: ServerUser, native: string, workDirectory: string): string {
  if (spawnSync(executable(native, "initdb"), ["--version"], user).status === 0) return native;
  const copy = join(workDirectory, "native");
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

interface DataDirectory {
  native: string;
  major: PostgresMajor;
  user: ServerUser;
  dataDirectory: string;
}

function prepareDataDirectory({ native, major, user, dataDirectory }: DataDirectory): void {
  const versionFile = join(dataDirectory, "PG_VERSION");
  if (existsSync(versionFile)) {
    const version = readFileSync(versionFile, "utf8").trim();
    if (version === String(major)) return;
    throw new Error(
      `The data directory "${dataDirectory}" belongs to PostgreSQL ${version}, not ${major}: start that major, or name another folder.`,
    );
  }
  mkdirSync(dataDirectory, { recursive: true });
  giveTo(user, dataDirectory);
  const identity = ["--username=postgres", "--auth=trust", "--encoding=UTF8", ...locale];
  const speed = ["--no-sync", "--no-instructions"];
  const initdb = spawnSync(
    executable(native, "initdb"),
    [`--pgdata=${dataDirectory}`, ...identity, ...speed],
    { ...user, cwd: tmpdir(), encoding: "utf8" },
  );
  if (initdb.status === 0) return;
  throw new Error(
    `initdb could not make "${dataDirectory}": ${initdb.error?.message ?? `${initdb.stdout}${initdb.stderr}`}`,
  );
}
