import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { canonicalId } from "../../database/canonical-id.ts";
import type { Connection } from "../../database/connect.ts";
import type { Installation } from "../../database/installation.ts";
import { instantText } from "../../database/instant-text.ts";
import { runQuery } from "../../database/run-query.ts";
import { standsForNoEntity } from "../../database/stands-for-no-entity.ts";
import { sourceOf } from "../facts/source-of.ts";
import type { PageViewRow } from "../storage/page-view-row.ts";
import type { PageViewTable } from "../storage/page-view-table.ts";
import type { VisitorSecrets } from "../storage/visitor-secrets.ts";
import { cleanReferrer } from "./clean-referrer.ts";
import { type CollectionPolicy, storedSeconds } from "./collection-policy.ts";
import { deriveVisitor } from "./derive-visitor.ts";
import { isRefusedReferrer } from "./is-refused-referrer.ts";
import type { ParsedPageView } from "./page-view.ts";
import type { SessionRate } from "./session-rate.ts";
import { strangerOf } from "./stranger-of.ts";
import type { Validated } from "./validated.ts";
import type { Refusal, VisitorTraits } from "./visitor-traits.ts";

/** What decides about page views: the host's policy, and what the database holds. */
export interface ValidationRules {
  connection: Connection;
  table: PageViewTable;
  policy: CollectionPolicy;
  rate: SessionRate;
  secrets: VisitorSecrets;
}

interface PageViewsToValidate {
  rules: ValidationRules;
  views: Validated<ParsedPageView>;
  traits: VisitorTraits;
  /** Whether nothing is kept that says whose they are. */
  isPrivate?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

/** The rows to store for views, and why the others are refused. Writes nothing. */
export async function validatePageViews({
  rules: { connection, table, policy, rate, secrets },
  views,
  traits,
  isPrivate = false,
  signal,
}: PageViewsToValidate): Promise<Validated<PageViewRow>> {
  const installation = await connection.installation({ signal });
  const referrerLimit = await table.referrerLimit({ signal });
  const context = { policy, installation, traits, rate, referrerLimit, now: Date.now() };
  const result: Validated<PageViewRow> = { valid: [], refused: [...views.refused] };
  for (const { index, value: view } of views.valid) {
    const row = validatePageView({ view, context });
    if ("code" in row) result.refused.push({ index, ...row });
    else result.valid.push({ index, value: row });
  }
  await refusePruned({ result, connection, now: context.now, signal });
  const { request } = traits;
  const type = installation.session_id_type;
  for (const { value: view } of result.valid) {
    if (isPrivate) Object.assign(view, await strangerOf({ view, secrets, type, signal }));
    else view.visitor_id ??= await deriveVisitor({ view, request, policy, secrets, type, signal });
  }
  return result;
}

interface PrunedToRefuse {
  result: Validated<PageViewRow>;
  connection: Connection;
  now: number;
  signal?: AbortSignal | undefined;
}

// Nothing younger is ever pruned.
const keptMs = 34 * 86_400_000;

// A client lives longer than what it knew of the installation, so the database is asked: only for what is that old.
async function refusePruned({ result, connection, now, signal }: PrunedToRefuse): Promise<void> {
  if (result.valid.every(({ value }) => Date.parse(value.viewed_at) > now - keptMs)) return;
  const { db, schema } = connection;
  const query = sql<{ earliest: string | null }>`
    select ${instantText(sql`s.sealed_before::timestamp at time zone s.time_zone`)} as earliest
    from ${sql.id(schema, "analytics_settings")} s
  `.compile(db);
  const [row] = await runQuery({ db, query, signal });
  const earliest = row?.earliest ?? null;
  if (earliest === null) return;
  const isPruned = ({ value }: { value: PageViewRow }): boolean =>
    Date.parse(value.viewed_at) < Date.parse(earliest);
  const message = `Page views before ${earliest} were pruned.`;
  for (const { index } of result.valid.filter(isPruned))
    result.refused.push({ index, code: "too_old", message });
  result.valid = result.valid.filter((view) => !isPruned(view));
}

interface ValidationContext extends Pick<ValidationRules, "policy" | "rate"> {
  installation: Installation;
  traits: VisitorTraits;
  referrerLimit: number | undefined;
  now: number;
}

interface PageViewToValidate {
  view: ParsedPageView;
  context: ValidationContext;
}

function validatePageView({ view, context }: PageViewToValidate): PageViewRow | Refusal {
  const { policy, installation, traits, rate, now } = context;
  if (traits.refusal !== undefined) return traits.refusal;
  const ids = canonicalIds({ view, installation });
  if ("code" in ids) return ids;
  if (policy.refuseOwnViews && ids.account_id !== null && ids.account_id === ids.owner_account_id) {
    return { code: "own_view", message: "The entity belongs to the account that viewed it." };
  }
  if (isRefusedReferrer({ referrer: view.referrer_url, refused: policy.refuseReferrers })) {
    return { code: "referrer", message: "The page that linked here is of a host that is refused." };
  }
  const viewed_at = viewTime({ viewedAt: view.viewed_at, policy, now });
  if (viewed_at === undefined) return invalid("viewed_at is outside the years 1 to 9999.");
  const visitor = ids.session_id ?? ids.visitor_id ?? ids.account_id;
  if (visitor !== null && rate(visitor, now)) {
    return { code: "too_many_views", message: "The session has too many views in a minute." };
  }
  const { time_on_page: time } = view;
  return {
    id: (view.id ?? randomUUID()).toLowerCase(),
    entity_type: view.entity_type,
    entity_id: ids.entity_id,
    account_id: ids.account_id,
    session_id: ids.session_id,
    visitor_id: ids.visitor_id,
    owner_id: view.owner_id === undefined ? undefined : ids.owner_id,
    viewed_at,
    referrer_url: storedReferrer(view.referrer_url, context),
    time_on_page: typeof time === "number" ? storedSeconds(time, policy) : null,
    source: sourceOf({ view, isOwnHost: traits.isOwnHost, policy }),
    device: traits.device,
    ip_address: traits.ip_address,
    user_agent: traits.user_agent,
  };
}

function invalid(message: string): Refusal {
  return { code: "invalid_input", message };
}

const idNames = [
  "entity_id",
  "account_id",
  "session_id",
  "visitor_id",
  "owner_account_id",
  "owner_id",
] as const;

interface IdsToWrite {
  view: ParsedPageView;
  installation: Installation;
}

function canonicalIds({ view, installation }: IdsToWrite) {
  const types = {
    ...installation,
    visitor_id_type: installation.session_id_type,
    owner_account_id_type: installation.account_id_type,
  };
  const ids: Record<(typeof idNames)[number], string | null> = {
    entity_id: null,
    account_id: null,
    session_id: null,
    visitor_id: null,
    owner_account_id: null,
    owner_id: null,
  };
  for (const name of idNames) {
    const given = view[name] ?? null;
    const type = types[`${name}_type`];
    const id = given === null ? null : canonicalId({ type, id: given });
    if (id === undefined)
      return invalid(`${name} is not a ${type}: give one, as these ids are here.`);
    ids[name] = id;
  }
  const { entity_id } = ids;
  if (entity_id !== null && standsForNoEntity({ type: types.entity_id_type, id: entity_id })) {
    return invalid("entity_id stands for pages without an entity: give null for those.");
  }
  return ids;
}

interface TimeToBelieve {
  viewedAt: Date | string | undefined;
  policy: CollectionPolicy;
  now: number;
}

// A clock may be wrong and a sender may lie: a time that is too old or ahead becomes the time of arrival.
function viewTime({ viewedAt, policy, now }: TimeToBelieve): string | undefined {
  const given = viewedAt === undefined ? now : new Date(viewedAt).getTime();
  const { maxAgeMs, maxAheadMs } = policy;
  const isBelieved = given <= now + maxAheadMs && (maxAgeMs === false || given >= now - maxAgeMs);
  const time = new Date(isBelieved ? given : now);
  const year = time.getUTCFullYear();
  return year >= 1 && year <= 9999 ? time.toISOString() : undefined;
}

function storedReferrer(
  referrer: string | null | undefined,
  { policy, traits, referrerLimit }: ValidationContext,
): string | null {
  if (!referrer) return null;
  return cleanReferrer({
    referrer,
    isOwnHost: traits.isOwnHost,
    keepQuery: policy.keepReferrerQuery,
    limit: referrerLimit,
  });
}
