import type { Messages } from "../words/messages.ts";

/** By what the views of a page can be broken down: what was stored with each of them. */
export type WhereFromDimension = keyof Messages["whereFrom"]["dimensions"];

/** What `<WhereFrom>` shows: the values of a dimension, of all views or of those with one value of another dimension. */
export interface WhereFromBreakdown {
  dimension: WhereFromDimension;
  filter_dimension?: WhereFromDimension | undefined;
  filter_value?: string | undefined;
}

const finer: Partial<Record<WhereFromDimension, WhereFromDimension>> = {
  channel: "source",
  source: "referrer_host",
};

export interface ChosenValue {
  dimension: WhereFromDimension;
  value: string;
}

/** What says more of a value: from the channel to its sources to the sites that linked, else by the first other dimension. */
export function detailsOf(
  { dimension, value }: ChosenValue,
  dimensions: readonly WhereFromDimension[],
): WhereFromBreakdown {
  const next = finer[dimension] ?? dimensions.find((other) => other !== dimension) ?? dimension;
  return { dimension: next, filter_dimension: dimension, filter_value: value };
}
