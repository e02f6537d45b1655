import * as z from "zod/mini";
import { type StorableFact, storableFacts } from "../facts/fact-policy.ts";
import type { VisitorRequest } from "./visitor-request.ts";

const duration = "give milliseconds, 0 or more";
const durationMs = z.number({ error: duration }).check(z.gte(0, { error: duration }));
const viewsRule = { error: "give a whole number, 1 or more, or false" };
const yesOrNo = z.boolean({ error: "give true or false" });

const hostRule = 'give an array of hosts like "spam.example"';

const factsRule = {
  error: `give an array of ${storableFacts.map((fact) => `"${fact}"`).join(", ")}`,
};

/** How page views are collected, with the defaults. */
export const collectionOptions = z.strictObject({
  maxAgeMs: z._default(
    z.union([durationMs, z.literal(false)], { error: `${duration}, or false` }),
    86_400_000,
  ),
  maxAheadMs: z._default(durationMs, 60_000),
  maxTimeOnPageSeconds: z._default(
    z.int({ error: "give whole seconds" }).check(z.gte(1, { error: "give 1 second or more" })),
    1800,
  ),
  maxViewsPerMinute: z._default(
    z.union([z.int(viewsRule).check(z.gte(1, viewsRule)), z.literal(false)], viewsRule),
    120,
  ),
  ownHosts: z._default(
    z.array(z.string(), { error: 'give an array of hosts like "www.example.com"' }),
    [],
  ),
  keepReferrerQuery: z._default(yesOrNo, false),
  refuseBots: z._default(yesOrNo, true),
  refusePrefetches: z._default(yesOrNo, true),
  refuseOwnViews: z._default(yesOrNo, true),
  refuseReferrers: z._default(
    z.array(
      z.pipe(
        z.string({ error: hostRule }).check(z.regex(/^[^\s/:@]+$/, { error: hostRule })),
        z.transform((host) => host.toLowerCase()),
      ),
      { error: hostRule },
    ),
    [],
  ),
  obeyPrivacySignals: z._default(yesOrNo, false),
  storeIpAddress: z._default(
    z.union([z.enum(["truncated", "full"]), z.literal(false)], {
      error: 'give "truncated", "full" or false',
    }),
    false,
  ),
  storeUserAgent: z._default(yesOrNo, false),
  storeFacts: z._default(z.array(z.enum(storableFacts, factsRule), factsRule), [
    "surface",
    "referrer",
    "utm",
  ]),
  countryHeader: z.optional(
    z
      .string()
      .check(z.regex(/^[\w-]+$/, { error: 'give the name of a header like "cf-ipcountry"' })),
  ),
  visitor: z.optional(
    z.custom<NonNullable<CollectionOptions["visitor"]>>(
      (value) => value === "daily" || typeof value === "function",
      { error: 'give "daily", or a function of a request' },
    ),
  ),
});

/** What is collected, and what of it is kept. */
export interface CollectionOptions {
  /**
   * How old the `viewed_at` of a view may be, in milliseconds; an older one is replaced by the time of arrival.
   * `false` believes every time, as an import wants it.
   * @default 86_400_000 (24 hours)
   */
  maxAgeMs?: number | false | undefined;
  /**
   * How far ahead of this server's clock `viewed_at` may be, in milliseconds.
   * @default 60_000
   */
  maxAheadMs?: number | undefined;
  /**
   * The longest time on one page; a longer one is stored as this.
   * @default 1800
   */
  maxTimeOnPageSeconds?: number | undefined;
  /**
   * How many views of one session are taken in a minute, counted in this process; `false` for any number.
   * @default 120
   */
  maxViewsPerMinute?: number | false | undefined;
  /**
   * Hosts of yours: a referrer of theirs is stored as null, like one of the host that the request was sent to.
   * @default []
   */
  ownHosts?: string[] | undefined;
  /**
   * Whether referrers keep their query string and fragment, which may hold what is personal.
   * @default false
   */
  keepReferrerQuery?: boolean | undefined;
  /**
   * Whether views of declared bots, known by their user agent, are refused.
   * @default true
   */
  refuseBots?: boolean | undefined;
  /**
   * Whether views of pages that a browser loads or renders ahead are refused.
   * @default true
   */
  refusePrefetches?: boolean | undefined;
  /**
   * Whether the views that an owner has of their own entity are refused (see `owner_account_id`).
   * @default true
   */
  refuseOwnViews?: boolean | undefined;
  /**
   * Hosts that send no visitors: views with a referrer of theirs, or of a part of them, are refused. `"spam.example"` is `www.spam.example` as well.
   * @default []
   */
  refuseReferrers?: string[] | undefined;
  /**
   * Whether views of browsers that say Do Not Track or Global Privacy Control are refused.
   * @default false
   */
  obeyPrivacySignals?: boolean | undefined;
  /**
   * Whether a session keeps its `ip_address`: its network only (`"truncated"`: /24 of IPv4, /48 of IPv6), or all of it.
   * @default false
   */
  storeIpAddress?: "truncated" | "full" | false | undefined;
  /**
   * Whether a session keeps the `user_agent` of its first view, up to 512 characters.
   * @default false
   */
  storeUserAgent?: boolean | undefined;
  /**
   * What is stored of where a view came from and what it was viewed with: the `surface` that your page names, the host and channel
   * of its referrer, the UTM parameters of its address, and the families of device, browser and system. `[]` stores nothing.
   * @default ["surface", "referrer", "utm"]
   */
  storeFacts?: StorableFact[] | undefined;
  /**
   * The header in which your proxy says the visitor's country in two letters, like `"cf-ipcountry"`; without it no country is stored.
   * Name one that your proxy sets on every request: browsers could send any other.
   */
  countryHeader?: string | undefined;
  /**
   * Which browser a request is from, where nobody is signed in: the visitor of its views, over visits.
   *
   * A function of yours gives an id of the type of `session_id`, for example from a cookie that your server sets, or null; what browsers
   * say is not believed then. `"daily"` hashes address and user agent under a secret of the date, which is made anew each day and deleted
   * after two: needs `ip_address`, and makes one visitor a day of somebody whose browser says nothing. Without it, the visitor is what the
   * browser says (see `visitorDays` of the tracker), else the session.
   */
  visitor?: "daily" | ((request: VisitorRequest) => string | number | null) | undefined;
}

/** {@link CollectionOptions} with nothing left open. */
export type CollectionPolicy = z.output<typeof collectionOptions>;

/** A time as it is stored: capped, and rounded down, so that what is under 10 seconds stays a bounce. */
export function storedSeconds(seconds: number, { maxTimeOnPageSeconds }: CollectionPolicy): number {
  return Math.floor(Math.min(seconds, maxTimeOnPageSeconds));
}
