/** In the order of the tables' columns. */
export const contenderNames = [
  "against",
  "headcount",
  "headcount_function",
  "plan",
  "raw",
  "timescale",
  "roaring",
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
  roaring: "bitmaps per day",
  duckdb: "DuckDB",
  limit: "limit",
};
