import * as z from "zod/mini";
import { type Entity, isId } from "../../contract/entity.ts";
import { PageViewBuffer } from "../buffer/page-view-buffer.ts";
import { type TrackOptions, trackFields } from "../track-options.ts";
import type { AllowedSenders } from "./is-foreign.ts";

/** An id of the host's; null is nobody. */
export type AccountId = string | number | null;

/** One for all that was viewed, or asked once for each entity of a call. */
export type IdByEntity = AccountId | ((entity: Entity) => AccountId | Promise<AccountId>);

/** What the host knows about what a browser sent. */
export interface CollectOptions extends TrackOptions, AllowedSenders {
  /**
   * Who is signed in, by the host's own check; nobody by default. What the browser sends never says.
   * @default null
   */
  account_id?: AccountId | undefined;
  /**
   * Whether somebody who is signed in browses privately: the views are stored without the account, the browser and the address, as those of a
   * visitor of its own.
   * @default false
   */
  private?: boolean | undefined;
  /** The account that the entity belongs to, as an id or by entity: an owner's own views are refused. */
  owner_account_id?: IdByEntity | undefined;
  /**
   * Whose entity it is, as an id of the type of `owner_id` of page views or by entity, asked once for each and for views of strangers too:
   * stored with the view, which counts for that owner then. Left out, the column has its default.
   */
  owner_id?: IdByEntity | undefined;
  /** A buffer to hold what is collected; without one it is stored at once. */
  buffer?: PageViewBuffer | undefined;
}

const yesOrNo = z._default(z.boolean({ error: "give true or false" }), false);
const idRule = { error: "give an id of 1 to 255 characters, or null" };
const isIdOrNull = (value: unknown): boolean => value === null || isId(value);

/** What the host may say of an id. */
export const idOrNull = z.custom<AccountId>(isIdOrNull, idRule);

const idByEntity = z.custom<IdByEntity>(
  (value) => isIdOrNull(value) || typeof value === "function",
  { error: "give an id, null, or a function of an entity" },
);

const { headers, ...ownFields } = {
  ...trackFields,
  allowSameSite: yesOrNo,
  allowCrossSite: yesOrNo,
  account_id: z._default(idOrNull, null),
  private: yesOrNo,
  owner_account_id: z._default(idByEntity, null),
  owner_id: z.optional(idByEntity),
  buffer: z.optional(
    z.custom<PageViewBuffer>((value) => value instanceof PageViewBuffer, {
      error: "give what createPageViewBuffer made",
    }),
  ),
};

export const collectOptions = z.strictObject({ ...ownFields, headers });

export const collectRequestOptions = z.strictObject(ownFields);

/** What the host knows about a request of a browser, whose headers are its own. */
export type CollectRequestOptions = Omit<CollectOptions, "headers">;

/** {@link CollectOptions} after parsing. */
export type ParsedCollectOptions = z.output<typeof collectOptions>;
