import type { ClientBase, Pool } from "pg";
import { type AccessLogSummary, countLine, emptySummary } from "./access-log-summary.ts";
import { assignSessions } from "./assign-sessions.ts";
import { type ClassifiedRequest, classifyLine } from "./classify-line.ts";
import { clientHasher } from "./client-hash.ts";
import {
  type ClientRequest,
  createLoggedRequests,
  storeLoggedRequests,
} from "./logged-requests.ts";
import { ownHost } from "./own-host.ts";
import { readLogLines } from "./read-log-lines.ts";

export interface ImportAccessLogOptions {
  pool: Pool;
  /** In Apache's and nginx's combined format, as text or packed by gzip. */
  file: string;
  /** Called with the number of lines read so far. */
  onProgress?: (lines: number) => void;
}

export interface ImportedAccessLog {
  summary: AccessLogSummary;
  sessions: number;
}

const batchSize = 2000;

/**
 * Reads a web server's access log into `page_views`: each path is an entity of type `page`, each visit a session.
 * Addresses and user agents are not stored.
 *
 * @throws {AccessLogError} when the file cannot be used.
 */
export async function importAccessLog(options: ImportAccessLogOptions): Promise<ImportedAccessLog> {
  const client = await options.pool.connect();
  try {
    await createLoggedRequests(client);
    const { summary, assetReferrers } = await storeRequests(client, options);
    const sessions = await assignSessions({ client, ownHost: ownHost(assetReferrers) });
    return { summary, sessions };
  } finally {
    // ends the connection, and with it the temporary table
    client.release(true);
  }
}

interface StoredRequests {
  summary: AccessLogSummary;
  assetReferrers: Map<string, number>;
}

async function storeRequests(
  client: ClientBase,
  { file, onProgress }: ImportAccessLogOptions,
): Promise<StoredRequests> {
  const summary = emptySummary();
  const assetReferrers = new Map<string, number>();
  const hashOf = clientHasher();
  let batch: ClientRequest[] = [];

  for await (const line of readLogLines(file)) {
    const outcome = classifyLine(line);
    countLine(summary, outcome);
    if ("oddity" in outcome || outcome.leftOut === "crawler") continue;

    if (outcome.leftOut === "asset" && outcome.referrer !== undefined) {
      const { host } = outcome.referrer;
      assetReferrers.set(host, (assetReferrers.get(host) ?? 0) + 1);
    }
    batch.push(clientRequest(summary.lines, hashOf(outcome.request), outcome));
    if (batch.length === batchSize) {
      await storeLoggedRequests(client, batch);
      onProgress?.(summary.lines);
      batch = [];
    }
  }
  await storeLoggedRequests(client, batch);
  onProgress?.(summary.lines);
  return { summary, assetReferrers };
}

function clientRequest(line: number, client: string, outcome: ClassifiedRequest): ClientRequest {
  const { request, path, referrer } = outcome;
  return path === undefined
    ? { line, client, at: request.at }
    : { line, client, at: request.at, path, referrer: referrer?.url, referrerHost: referrer?.host };
}
