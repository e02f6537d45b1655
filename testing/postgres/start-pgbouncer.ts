import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { freePort } from "./free-port.ts";
import { findServerUser } from "./server-user.ts";

export interface PgBouncer extends AsyncDisposable {
  /** Of the same database, through the pooler. */
  url: string;
}

export interface PgBouncerOptions {
  /** The database behind it. */
  url: string;
  mode: "session" | "transaction";
}

/** Whether there is a PgBouncer here. */
export function hasPgBouncer(): boolean {
  return spawnSync("pgbouncer", ["--version"]).status === 0;
}

/** Says what is missing where {@link hasPgBouncer} finds nothing. */
export const missingPgBouncerMessage =
  "Poolers are tested on Debian's pgbouncer, and there is none here: apt-get install it.";

/** Starts PgBouncer before a database. */
export async function startPgBouncer({ url, mode }: PgBouncerOptions): Promise<PgBouncer> {
  const server = new URL(url);
  const database = decodeURIComponent(server.pathname.slice(1));
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "headcount-pgbouncer-"));
  const config = join(folder, "pgbouncer.ini");
  writeFileSync(
    config,
    `[databases]
app = host=${server.hostname} port=${server.port} dbname='${database}' user=${server.username}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
default_pool_size = 10
`,
  );
  const user = findServerUser();
  if (user.uid !== undefined && user.gid !== undefined) {
    chownSync(folder, user.uid, user.gid);
    chmodSync(folder, 0o755);
  }
  const bouncer = spawn("pgbouncer", ["--quiet", config], { ...user, stdio: "ignore" });
  const ended = once(bouncer, "exit");
  while (!(await answers(port))) {
    if (bouncer.exitCode !== null) throw new Error(`pgbouncer ended with ${bouncer.exitCode}.`);
    await setTimeout(50);
  }
  return {
    url: `postgres://${server.username}@127.0.0.1:${port}/app`,
    async [Symbol.asyncDispose]() {
      bouncer.kill("SIGKILL");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
