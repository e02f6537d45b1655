import * as z from "zod/mini";
import { AnalyticsError } from "../errors.ts";
import { type CollectRefusal, collectRefusal, refusalSentence } from "./collect-refusal.ts";
import { entityFields, isId } from "./entity.ts";
import { viewFactFields } from "./view-facts.ts";

const maxMessages = 50;
const howMany = { error: `give an array of 1 to ${maxMessages} messages` };

const uuid = z.uuid({ error: "give a uuid" });

const sessionId = z.pipe(
  z.custom<string | number>(isId, { error: "give the id of the session, of 1 to 255 characters" }),
  z.transform(String),
);

const visitorRule = { error: "give an id of 1 to 255 characters, or null" };
const visitorId = z.pipe(
  z.custom<string | number | null>((value) => value === null || isId(value), visitorRule),
  z.transform((id) => (id === null ? null : String(id))),
);

const secondsRule = { error: "give seconds, 0 or more" };

/** Somebody views a page. `id` is made by the client, so that a repeated message counts once. */
const pageViewMessage = z.strictObject({
  type: z.literal("page_view"),
  id: uuid,
  ...entityFields,
  session_id: sessionId,
  visitor_id: z.optional(visitorId),
  viewed_at: z.optional(
    z.iso.datetime({ offset: true, error: 'give an instant like "2026-01-31T09:30:00.000Z"' }),
  ),
  referrer_url: z.optional(z.nullable(z.string({ error: "give a URL, or null" }))),
  ...viewFactFields,
});

/**
 * The fields that say how long a page was looked at so far: a total, so that a lost message costs little. The entity says
 * where its view is, for hosts that keep entities in several places; older trackers leave it out.
 */
export const timeOnPageFields = {
  page_view_id: uuid,
  entity_type: z.optional(entityFields.entity_type),
  entity_id: z.optional(entityFields.entity_id),
  seconds: z.number(secondsRule).check(z.gte(0, secondsRule)),
};

const timeOnPageMessage = z.strictObject({ type: z.literal("time_on_page"), ...timeOnPageFields });

export const collectMessage = z.discriminatedUnion("type", [pageViewMessage, timeOnPageMessage], {
  error: 'give a message of type "page_view" or "time_on_page"',
});

/** What browsers send to the host's route: the one POST body. Whose views they are, the host says, never the client. */
export const collectBody = z.strictObject({
  messages: z.array(collectMessage).check(z.minLength(1), z.maxLength(maxMessages)),
});

/**
 * One message of a {@link CollectBody}.
 *
 * `id` is a uuid that the client makes: a view that is sent again counts once. `viewed_at` is for views that were kept
 * while offline. `surface` names where on the host's own site somebody came from; `utm_*` and `ad_click` are of the opened address, and older
 * trackers leave them out. `seconds` are the total of visible time so far; they may have a fraction, and are stored whole.
 */
export type CollectMessage = z.input<typeof collectMessage>;

/** A {@link CollectMessage} after parsing. */
export type ParsedCollectMessage = z.output<typeof collectMessage>;

/** What a browser sends: 1 to 50 messages. */
export type CollectBody = z.input<typeof collectBody>;

export const collectResult = z.object({
  accepted: z.int(),
  refused: z.array(collectRefusal),
});

/** What collecting answers. */
export interface CollectResult {
  /** How many were stored; one that was there already is accepted, and counts once. */
  accepted: number;
  /** Those that were not, and are not to be sent again. */
  refused: CollectRefusal[];
}

/** The messages of a body that can be read, each with its position in it, and a refusal for each of the others. */
export interface ParsedCollectBody {
  messages: { index: number; message: ParsedCollectMessage }[];
  refused: CollectRefusal[];
}

const envelope = z.strictObject(
  {
    messages: z
      .array(z.unknown(), howMany)
      .check(z.minLength(1, howMany), z.maxLength(maxMessages, howMany)),
  },
  { error: "give an object with messages" },
);

/**
 * Reads the JSON that a browser sent. A message that cannot be read is refused and does not spoil the others.
 *
 * @throws {AnalyticsError} `invalid_input` when it is not a body of 1 to 50 messages
 * @example
 * const { messages, refused } = parseCollectBody(await request.json());
 * messages[0]; //=> { index: 0, message: { type: "page_view", id: "6f2c…", entity_type: "listing", … } }
 */
export function parseCollectBody(input: unknown): ParsedCollectBody {
  const body = z.safeParse(envelope, input);
  if (!body.success) {
    const message = refusalSentence({ issues: body.error.issues, input, name: "body" });
    throw new AnalyticsError("invalid_input", message, { field: "messages" });
  }
  const parsed: ParsedCollectBody = { messages: [], refused: [] };
  for (const [index, given] of body.data.messages.entries()) {
    const { success, data, error } = z.safeParse(collectMessage, given);
    if (success) parsed.messages.push({ index, message: data });
    else {
      const message = refusalSentence({ issues: error.issues, input: given, name: "message" });
      parsed.refused.push({ index, code: "invalid_input", message });
    }
  }
  return parsed;
}
