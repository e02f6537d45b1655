import * as z from "zod/mini";

/**
 * Why something is not collected: it cannot be stored (`invalid_input`, `refused_by_table`), its page view is not there
 * (`unknown_page_view`), a page of another origin sent it (`foreign_origin`), a filter left it out (`bot`, `prefetch`,
 * `privacy_signal`, `own_view`, `referrer`, `too_many_views`), its date was pruned (`too_old`), or there was no room for it in a buffer
 * (`buffer_full`).
 */
export const refusalCodes = [
  "invalid_input",
  "refused_by_table",
  "unknown_page_view",
  "foreign_origin",
  "bot",
  "prefetch",
  "privacy_signal",
  "own_view",
  "referrer",
  "too_many_views",
  "too_old",
  "buffer_full",
] as const;

export type RefusalCode = (typeof refusalCodes)[number];

export const collectRefusal = z.object({
  index: z.int(),
  code: z.enum(refusalCodes),
  message: z.string(),
});

/** What was refused, and why. */
export interface CollectRefusal {
  /** Its position in what was given, from 0. */
  index: number;
  code: RefusalCode;
  /** A sentence, which repeats nothing of what was sent. */
  message: string;
}

interface RefusedInput {
  issues: readonly z.core.$ZodIssue[];
  input: unknown;
  /** What the input is called in the sentence. */
  name: string;
}

/** What is wrong with something that somebody sent, without its values: sentences end in logs, and ids are personal. */
export function refusalSentence({ issues: [issue], input, name }: RefusedInput): string {
  if (issue === undefined) return `The ${name} cannot be read.`;
  if (issue.code === "unrecognized_keys") {
    return `The ${name} has a field that it must not have: leave out what is not part of it.`;
  }
  const [field] = issue.path;
  if (field === undefined) return `The ${name} is ${kindOf(input)}: ${issue.message}.`;
  return `${String(field)} is ${kindOf(Reflect.get(Object(input), field))}: ${issue.message}.`;
}

function kindOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (typeof value === "string") return `a text of ${value.length} characters`;
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
