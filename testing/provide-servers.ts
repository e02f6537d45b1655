import { randomUUID } from "node:crypto";
import { Client } from "pg";
import type { TestProject } from "vitest/node";
import { dropTemplates } from "./postgres/drop-templates.ts";
import { findPostgresBinaries, missingBinariesMessage } from "./postgres/postgres-binaries.ts";
import { type PostgresMajor, postgresMajors } from "./postgres/postgres-major.ts";
import { startPostgres } from "./postgres/start-postgres.ts";
import type { PostgresServer } from "./postgres-server.ts";

interface StoppableServer {
  url: string;
  stop(): Promise<void>;
}

/** Starts these PostgreSQLs, gives the tests of a project their addresses, and stops them afterwards. */
export async function provideServers(
  project: TestProject,
  majors: readonly PostgresMajor[],
): Promise<() => Promise<void>> {
  const started: StoppableServer[] = [];
  const ownServer = process.env["HEADCOUNT_TEST_DATABASE_URL"];
  const runId = randomUUID().slice(0, 8);
  const stopAll = async (): Promise<void> => {
    if (ownServer !== undefined) await dropTemplates(ownServer, runId);
    await Promise.all(started.map((server) => server.stop()));
  };
  try {
    if (ownServer === undefined) {
      for (const major of majors) started.push(await startServer(major));
    }
    const urls = ownServer === undefined ? started.map((server) => server.url) : [ownServer];
    const servers = await Promise.all(urls.map(describeServer));
    project.provide("postgresServers", servers);
    project.provide("postgresUrl", servers.at(-1)?.url ?? "");
    project.provide("runId", runId);
    return stopAll;
  } catch (error) {
    await stopAll();
    throw error;
  }
}

/** Those that HEADCOUNT_TEST_POSTGRES lists, oldest first. */
export function requestedMajors(): PostgresMajor[] {
  const requested = process.env["HEADCOUNT_TEST_POSTGRES"] ?? "15,18";
  const majors = requested.split(",").map((text) => {
    const major = postgresMajors.find((candidate) => String(candidate) === text.trim());
    if (major !== undefined) return major;
    throw new Error(
      `HEADCOUNT_TEST_POSTGRES has "${text}": write majors with commas between them, out of ${postgresMajors.join(", ")}.`,
    );
  });
  return [...new Set(majors)].toSorted((a, b) => a - b);
}

async function startServer(major: PostgresMajor): Promise<StoppableServer> {
  const installed = findPostgresBinaries(major) !== undefined;
  return installed
    ? startPostgres({
        major,
        // a fast machine writes more at SERIALIZABLE than there is room for the locks of
        settings: { max_connections: 200, max_pred_locks_per_transaction: 1024 },
      })
    : startContainer(major);
}

async function startContainer(major: PostgresMajor): Promise<StoppableServer> {
  const { getContainerRuntimeClient } = await import("testcontainers");
  try {
    await getContainerRuntimeClient();
  } catch (cause) {
    throw new Error(`${missingBinariesMessage(major)} A container runtime would do as well.`, {
      cause,
    });
  }
  const { PostgreSqlContainer } = await import("@testcontainers/postgresql");
  const container = await new PostgreSqlContainer(`postgres:${major}-alpine`).start();
  return {
    url: container.getConnectionUri(),
    async stop() {
      await container.stop();
    },
  };
}

async function describeServer(url: string): Promise<PostgresServer> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ version: string; major: number }>(
      "select version(), current_setting('server_version_num')::int / 10000 as major",
    );
    const [server] = rows;
    if (server === undefined) throw new Error(`The server at ${url} did not give its version.`);
    process.stdout.write(`Tests run on ${server.version}\n`);
    return { major: server.major, url };
  } finally {
    await client.end();
  }
}
