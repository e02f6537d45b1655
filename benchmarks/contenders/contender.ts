import type { Answer, Question } from "../questions/question.ts";

/** In the order of the tables' columns. */
export const contenderNames = [
  "against",
  "headcount",
  "headcount_function",
  "plan",
  "raw",
  "timescale",
  "duckdb",
  "limit",
] as const;

export type ContenderName = (typeof contenderNames)[number];

/** The heads of the tables' columns. */
export const contenderTitles: Readonly<Record<ContenderName, string>> = {
  against: "against",
  headcount: "Headcount",
  headcount_function: "its SQL function",
  plan: "daily table + view",
  raw: "raw SQL",
  timescale: "Timescale",
  duckdb: "DuckDB",
  limit: "limit",
};

/** Somebody who answers the same questions on the same rows. */
export interface Contender {
  name: ContenderName;
  /** How this question is asked; undefined when there is no way. */
  asks: (question: Question) => (() => Promise<Answer>) | undefined;
  /** Whether its answer may be inexact: then the table says how far off it is, and not how long it took. */
  isInexact?: (question: Question) => boolean;
}
