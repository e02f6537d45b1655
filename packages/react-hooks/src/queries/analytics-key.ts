import type { DataTag } from "@tanstack/react-query";
import type { AnalyticsRequestError } from "./analytics-request-error.ts";

/** Where answers are kept: `["analytics", scope, question, input]`. */
export type AnalyticsKey<Input = unknown> = readonly ["analytics", string, string, Input];

/** A key from which TanStack Query knows the type of what is kept there. */
export type TaggedKey<Answer, Input> = DataTag<AnalyticsKey<Input>, Answer, AnalyticsRequestError>;

/** The key of a question; the tag is for the compiler only. */
export function analyticsKey<Answer, Input>(
  scope: string,
  question: string,
  input: Input,
): TaggedKey<Answer, Input> {
  const key: AnalyticsKey<Input> = ["analytics", scope, question, input];
  return key as TaggedKey<Answer, Input>;
}
