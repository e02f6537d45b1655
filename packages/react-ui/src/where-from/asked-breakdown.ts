import type { Messages } from "../words/messages.ts";

/** By what the views of a page can be broken down: what was stored with each of them. */
export type WhereFromDimension = keyof Messages["whereFrom"]["dimensions"];

/** What `<WhereFrom>` shows. */
export interface WhereFromBreakdown {
  dimension: WhereFromDimension;
}
