import {
  type CollectResult,
  type ParsedCollectBody,
  parseCollectBody,
} from "../../contract/collect.ts";
import { parseInput } from "../../contract/parse-input.ts";
import { AnalyticsError, isAnalyticsError } from "../../errors.ts";
import type { Collection } from "../collection.ts";
import { collectMessages } from "./collect.ts";
import { type CollectRequestOptions, collectRequestOptions } from "./collect-options.ts";
import { foreignOrigin, isForeign } from "./is-foreign.ts";
import { readBody, UnreadableBody } from "./read-body.ts";

interface RequestToCollect {
  collection: Collection;
  request: Request;
  options: CollectRequestOptions;
}

/** Stores what came by a request, and answers it. */
export async function collectRequest({
  collection,
  request,
  options,
}: RequestToCollect): Promise<Response> {
  const known = parseInput({
    schema: collectRequestOptions,
    input: options,
    name: "options object",
  });
  checkUnread(request);
  if (request.method !== "POST") return refusal(405, "Only POST collects.", { Allow: "POST" });
  const { headers, url } = request;
  const { ownHosts } = collection.policy;
  if (isForeign({ headers, url, allowed: known, ownHosts })) {
    return refusal(403, foreignOrigin.message);
  }
  try {
    const body = readMessages(await readBody(request));
    return answer(await collectMessages({ collection, body, options: { ...known, headers } }));
  } catch (error) {
    if (error instanceof UnreadableBody) return refusal(error.status, error.message);
    throw error;
  }
}

function readMessages(body: unknown): ParsedCollectBody {
  try {
    return parseCollectBody(body);
  } catch (error) {
    throw isAnalyticsError(error) ? new UnreadableBody(400, error.message) : error;
  }
}

function checkUnread(request: Request): void {
  if (!request.bodyUsed) return;
  throw new AnalyticsError(
    "invalid_input",
    "The body of the request was read already: give a request whose body is unread, or give the body to collect().",
    { field: "request" },
  );
}

// After 429 and 503 a client sends all of it again, and what was stored counts once.
function answer(result: CollectResult): Response {
  const refusedFor = (code: string) => result.refused.filter((refused) => refused.code === code);
  if (refusedFor("buffer_full").length > 0) return json(503, result, { "Retry-After": "1" });
  const all = result.accepted + result.refused.length;
  return refusedFor("too_many_views").length === all
    ? json(429, result, { "Retry-After": "60" })
    : json(202, result);
}

function refusal(status: number, message: string, headers: Record<string, string> = {}): Response {
  return json(status, { error: { code: "invalid_input", message } }, headers);
}

function json(status: number, body: object, headers: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers: { "Cache-Control": "no-store", ...headers } });
}
