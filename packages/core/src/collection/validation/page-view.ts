import * as z from "zod/mini";
import { timeOnPageFields } from "../../contract/collect.ts";
import { entityFields, isId } from "../../contract/entity.ts";
import { viewFactFields } from "../../contract/view-facts.ts";
import { parseList } from "./parse-list.ts";
import type { Validated } from "./validated.ts";

const idRule = { error: "give an id of 1 to 255 characters, or null" };
const optionalId = z.optional(
  z.pipe(
    z.custom<string | number | null>((value) => value === null || isId(value), idRule),
    z.transform((id) => (id === null ? null : String(id))),
  ),
);

const instantRule = { error: 'give a Date, or an instant like "2026-01-31T09:30:00.000Z"' };
const viewedAt = z.union(
  [z.date(instantRule), z.iso.datetime({ offset: true, ...instantRule })],
  instantRule,
);

const fields = {
  id: z.optional(z.uuid({ error: "give a uuid" })),
  ...entityFields,
  account_id: optionalId,
  session_id: optionalId,
  visitor_id: optionalId,
  viewed_at: z.optional(viewedAt),
  referrer_url: z.optional(z.nullable(z.string({ error: "give a URL, or null" }))),
  time_on_page: z.optional(z.nullable(timeOnPageFields.seconds)),
  ...viewFactFields,
  owner_account_id: optionalId,
  owner_id: optionalId,
};

const pageView = z.strictObject(fields, { error: "give an object" });

/**
 * A page view to store.
 *
 * `id` is a uuid that the client makes: given again, the view counts once; left out, it is a new view.
 * `account_id` is who viewed it when signed in, `visitor_id` the browser over visits, of the type of `session_id`, which is the visit.
 * The visitor is the first of these that is there. `viewed_at` is now by default. `time_on_page`, in
 * seconds, is for views that are over. `surface` says where on your own site the view was led to, `utm_*` and `ad_click` what the opened
 * address says of a campaign; with none of these and no `referrer_url`, where it came from is not recorded. A view whose `account_id` is the
 * `owner_account_id`, the account that the entity belongs to, is refused and not stored. `owner_id` is whose it is, null for nobody's, and stored
 * with the view; left out, the column has its default.
 */
export type PageView = z.input<typeof pageView>;

/** A {@link PageView} after parsing. */
export type ParsedPageView = z.output<typeof pageView>;

/** @throws {AnalyticsError} `invalid_input` unless it is an array of up to 10,000 */
export function parsePageViews(views: readonly PageView[]): Validated<ParsedPageView> {
  return parseList({ field: "views", list: views, schema: pageView, name: "page view" });
}
