import * as z from "zod/mini";
import {
  type CollectResult,
  type ParsedCollectBody,
  type ParsedCollectMessage,
} from "../contract/collect.ts";
import type { CollectRefusal } from "../contract/collect-refusal.ts";
import { type Entity, isId } from "../contract/entity.ts";
import { parseInput } from "../contract/parse-input.ts";
import { checkId } from "../database/check-id.ts";
import type { IdType } from "../database/installation.ts";
import { hasMethods } from "../has-methods.ts";
import type { Collection } from "./collection.ts";
import { count } from "./collection-counts.ts";
import type { Collector } from "./collector.ts";
import type { PageView } from "./page-view.ts";
import { type TrackOptions, trackFields } from "./track-options.ts";
import { inOrder } from "./track-page-views.ts";
import { traitsOf } from "./visitor-request.ts";

type Id = string | number | null;

/** What the host knows about what a browser sent. */
export interface CollectOptions extends TrackOptions {
  /**
   * Who is signed in, by the host's own check; nobody by default. What the browser sends never says.
   * @default null
   */
  account_id?: Id | undefined;
  /** Whose entity it is, as an id or by entity: an owner's own views are refused. */
  owner_account_id?: Id | ((entity: Entity) => Id | Promise<Id>) | undefined;
  /** A buffer to hold what is collected; without one it is stored at once. */
  buffer?: Collector | undefined;
}

const idRule = { error: "give an id of 1 to 255 characters, or null" };
const isIdOrNull = (value: unknown): boolean => value === null || isId(value);

/** The fields of {@link CollectOptions}, for options that extend them. */
export const collectFields = {
  ...trackFields,
  account_id: z._default(z.custom<Id>(isIdOrNull, idRule), null),
  owner_account_id: z._default(
    z.custom<NonNullable<CollectOptions["owner_account_id"]> | null>(
      (value) => isIdOrNull(value) || typeof value === "function",
      { error: "give an id, null, or a function of an entity" },
    ),
    null,
  ),
  buffer: z.optional(
    z.custom<Collector>((value) => hasMethods(value, ["trackPageViews", "recordTimesOnPage"]), {
      error: "give what createPageViewBuffer made",
    }),
  ),
};

const collectOptions = z.strictObject(collectFields);

interface CollectCall {
  collection: Collection;
  collector: Collector;
  body: ParsedCollectBody;
  options: CollectOptions;
}

/** Stores what a browser sent: views first, then times, each by one statement. */
export async function collect({
  collection,
  collector,
  body: { messages, refused },
  options,
}: CollectCall): Promise<CollectResult> {
  const known = parseInput({ schema: collectOptions, input: options, name: "options object" });
  const { headers, ip_address, signal, account_id, buffer = collector } = known;
  const { refusal } = traitsOf({ headers, ip_address }, collection.policy);
  if (refusal !== undefined) {
    const all = [...refused, ...messages.map(({ index }) => ({ index, ...refusal }))];
    count(collection.counts, { accepted: 0, refused: all });
    return { accepted: 0, refused: inOrder(all) };
  }
  count(collection.counts, { accepted: 0, refused });
  const views = ofType(messages, "page_view");
  const owners = await ownersOf(views, known);
  const { account_id_type: type } = await collection.connection.installation({ signal });
  checkAccount({ field: "account_id", id: account_id, type });
  for (const id of owners) checkAccount({ field: "owner_account_id", id, type });
  const tracked = await buffer.trackPageViews(
    views.map(({ message }, place) => viewOf({ message, account_id, owner: owners[place] })),
    { headers, ip_address, signal },
  );
  const times = ofType(messages, "time_on_page");
  const recorded = await buffer.recordTimesOnPage(
    times.map(({ message: { page_view_id, seconds } }) => ({ page_view_id, seconds })),
    { signal },
  );
  return {
    accepted: tracked.accepted + recorded.accepted,
    refused: inOrder([...refused, ...placed(tracked, views), ...placed(recorded, times)]),
  };
}

interface AccountToCheck {
  field: string;
  id: Id;
  type: IdType;
}

// A wrong account is the host's mistake, and not one to tell the browser.
function checkAccount({ field, id, type }: AccountToCheck): void {
  if (id !== null) checkId({ field, id: String(id), type });
}

/** Whose entities were viewed, asked once for each of them; nobody can own what nobody in particular views. */
async function ownersOf(
  views: readonly PlacedMessage<"page_view">[],
  { account_id, owner_account_id = null }: Pick<CollectOptions, "account_id" | "owner_account_id">,
): Promise<Id[]> {
  if (typeof owner_account_id !== "function") return views.map(() => owner_account_id);
  if (account_id === null) return views.map(() => null);
  const owners = new Map<string, Promise<Id>>();
  return Promise.all(
    views.map(({ message: { entity_type, entity_id } }) => {
      const key = JSON.stringify([entity_type, entity_id]);
      const owner =
        owners.get(key) ?? Promise.resolve(owner_account_id({ entity_type, entity_id }));
      owners.set(key, owner);
      return owner;
    }),
  );
}

interface ViewToName {
  message: MessageOf<"page_view">;
  account_id: Id;
  owner: Id | undefined;
}

function viewOf({ message, account_id, owner }: ViewToName): PageView {
  const { id, entity_type, entity_id, session_id, viewed_at, referrer_url } = message;
  const view = { id, entity_type, entity_id, session_id, viewed_at, referrer_url };
  return { ...view, account_id, owner_account_id: owner };
}

type MessageOf<Type> = Extract<ParsedCollectMessage, { type: Type }>;

interface PlacedMessage<Type> {
  index: number;
  message: MessageOf<Type>;
}

function ofType<const Type extends ParsedCollectMessage["type"]>(
  messages: ParsedCollectBody["messages"],
  type: Type,
): PlacedMessage<Type>[] {
  return messages.filter((one): one is PlacedMessage<Type> => one.message.type === type);
}

/** Refusals with their places in the body. */
function placed(result: CollectResult, messages: readonly { index: number }[]): CollectRefusal[] {
  return result.refused.map((refusal) => {
    return { ...refusal, index: messages[refusal.index]?.index ?? refusal.index };
  });
}
