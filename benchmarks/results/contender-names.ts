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
  "postgres",
  "one_worker",
  "workers",
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
  postgres: "one Postgres",
  one_worker: "one worker",
  workers: "all workers",
};
