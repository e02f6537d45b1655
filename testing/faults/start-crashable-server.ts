import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Client } from "pg";
import { startPostgres } from "../postgres/start-postgres.ts";
import { testSearchPath } from "../postgres/test-search-path.ts";

/** A server that can be killed, and started again on what it left on disk. */
export interface CrashableServer extends AsyncDisposable {
  /** Another one after each start. */
  readonly url: string;
  /** Sends SIGKILL to every process of the server, the one that would start the others anew first. */
  kill(): Promise<void>;
  startAgain(): Promise<void>;
}

/** Starts a server that writes as durably as a host's: with fsync, and with every other setting as it comes. */
export async function startCrashableServer(): Promise<CrashableServer> {
  const dataDirectory = mkdtempSync(join(tmpdir(), "headcount-crashed-"));
  // one of its own, so that it is durable; the settings of temporary servers are for temporary folders
  let server = await startPostgres({ dataDirectory, settings: { search_path: testSearchPath } });
  return {
    get url() {
      return server.url;
    },
    async kill() {
      const others = await processesOf(server.url);
      process.kill(server.pid, "SIGKILL");
      for (const pid of others) killIfAlive(pid);
      await server.stop();
    },
    async startAgain() {
      server = await startWhenReleased(dataDirectory);
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}

async function processesOf(url: string): Promise<number[]> {
  const client = new Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  const { rows } = await client.query<{ pid: number }>(
    "select pid from pg_stat_activity where pid <> pg_backend_pid()",
  );
  await client.end();
  return rows.map(({ pid }) => pid);
}

function killIfAlive(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

// Shared memory of the killed processes is in use until the last of them is gone.
async function startWhenReleased(
  dataDirectory: string,
): Promise<Awaited<ReturnType<typeof startPostgres>>> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startPostgres({ dataDirectory, settings: { search_path: testSearchPath } });
    } catch (error) {
      if (attempt === 20) throw error;
      await setTimeout(250);
    }
  }
}
