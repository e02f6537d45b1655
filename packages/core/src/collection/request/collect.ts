import {
  type CollectResult,
  type ParsedCollectBody,
  type ParsedCollectMessage,
  parseCollectBody,
} from "../../contract/collect.ts";
import { parseInput } from "../../contract/parse-input.ts";
import { type Collection, count } from "../collection.ts";
import { storeTimes } from "../record-times-on-page.ts";
import { storePageViews } from "../track-page-views.ts";
import type { ParsedPageView } from "../validation/page-view.ts";
import { validateTimes } from "../validation/time-on-page.ts";
import { validatePageViews } from "../validation/validate-page-views.ts";
import { type Indexed, sortByIndex } from "../validation/validated.ts";
import { type Refusal, readVisitorTraits } from "../validation/visitor-traits.ts";
import {
  type CollectOptions,
  collectOptions,
  type ParsedCollectOptions,
} from "./collect-options.ts";
import { checkGivenId, idsByEntity } from "./ids-by-entity.ts";
import { foreignOrigin, isForeign } from "./is-foreign.ts";

interface CollectCall {
  collection: Collection;
  body: unknown;
  options: CollectOptions;
}

/** Stores what a browser sent, as parsed JSON. */
export async function collect(call: CollectCall): Promise<CollectResult> {
  const { collection } = call;
  const body = parseCollectBody(call.body);
  const options = parseInput({
    schema: collectOptions,
    input: call.options,
    name: "options object",
  });
  const { ownHosts } = collection.policy;
  return isForeign({ headers: options.headers, allowed: options, ownHosts })
    ? refuseAll({ collection, body, refusal: foreignOrigin })
    : collectMessages({ collection, body, options });
}

interface MessagesToCollect {
  collection: Collection;
  body: ParsedCollectBody;
  options: ParsedCollectOptions;
}

/** Stores messages, or leaves them to a buffer: views first, then times, each by one statement. */
export async function collectMessages({
  collection,
  body,
  options,
}: MessagesToCollect): Promise<CollectResult> {
  const { policy, counts } = collection;
  const { messages, refused } = body;
  const { headers, ip_address, signal, buffer } = options;
  const traits = readVisitorTraits({ headers, ip_address }, policy);
  const { refusal } = traits;
  if (refusal !== undefined) return refuseAll({ collection, body, refusal });
  count(counts, { accepted: 0, refused });
  const viewed = await namePageViews({ collection, messages, options });
  const views = await validatePageViews({
    rules: collection,
    views: { valid: viewed, refused: [] },
    traits,
    isPrivate: options.private,
    signal,
  });
  const times = validateTimes({
    times: { valid: ofType(messages, "time_on_page"), refused: [] },
    policy,
  });
  const tracked = buffer?.takeViews(views) ?? (await storePageViews({ collection, views, signal }));
  const recorded = buffer?.takeTimes(times) ?? (await storeTimes({ collection, times, signal }));
  return {
    accepted: tracked.accepted + recorded.accepted,
    refused: sortByIndex([...refused, ...tracked.refused, ...recorded.refused]),
  };
}

interface MessagesToRefuse extends Pick<MessagesToCollect, "collection" | "body"> {
  refusal: Refusal;
}

function refuseAll({ collection, body, refusal }: MessagesToRefuse): CollectResult {
  const all = [...body.refused, ...body.messages.map(({ index }) => ({ index, ...refusal }))];
  const result = { accepted: 0, refused: sortByIndex(all) };
  count(collection.counts, result);
  return result;
}

interface PageViewsToName extends Pick<MessagesToCollect, "collection" | "options"> {
  messages: ParsedCollectBody["messages"];
}

/** Page views as messages have them, with what only the host knows: whose they are, and whose the entity is. */
async function namePageViews({
  collection,
  messages,
  options,
}: PageViewsToName): Promise<Indexed<ParsedPageView>[]> {
  const views = ofType(messages, "page_view");
  const { account_id_type, owner_id_type } = await collection.connection.installation(options);
  const account_id = checkGivenId({
    field: "account_id",
    id: options.account_id,
    type: account_id_type,
  });
  const ofEntities = idsByEntity(views.map(({ value }) => value));
  const owners = await ofEntities({
    field: "owner_id",
    given: options.owner_id,
    type: owner_id_type,
  });
  // nobody's view is an owner's, and whose it is need not be asked
  const isNobody = account_id === null && typeof options.owner_account_id === "function";
  const accounts = await ofEntities({
    field: "owner_account_id",
    given: isNobody ? null : options.owner_account_id,
    type: account_id_type,
  });
  return views.map(({ index, value }, position) => {
    const { type: _type, visitor_id: said, ...view } = value;
    // where the host knows which browser it is, nobody else says so
    const visitor_id = typeof collection.policy.visitor === "function" ? null : said;
    // a browser that says nothing of a referrer has none
    const referrer_url = value.referrer_url ?? null;
    const known = { account_id, owner_account_id: accounts[position], owner_id: owners[position] };
    return { index, value: { ...view, visitor_id, referrer_url, ...known } };
  });
}

type MessageOf<Type> = Extract<ParsedCollectMessage, { type: Type }>;

function ofType<const Type extends ParsedCollectMessage["type"]>(
  messages: ParsedCollectBody["messages"],
  type: Type,
): Indexed<MessageOf<Type>>[] {
  return messages.flatMap(({ index, message }) =>
    message.type === type ? [{ index, value: message as MessageOf<Type> }] : [],
  );
}
