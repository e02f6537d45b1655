import * as z from "zod";
import { contenderNames } from "./contender-names.ts";

/** What a run can be split into. */
export const partNames = [
  "size",
  "reads",
  "owners",
  "cold",
  "pending",
  "writes",
  "collecting",
  "folding",
  "levels",
  "refresh",
  "freshness",
  "soak",
  "prune",
] as const;

/** What a run that compares two checkouts can be split into. */
export const pairedPartNames = [
  "size",
  "reads",
  "host-queries",
  "pending",
  "folding",
  "extremes",
  "folders",
  "soak",
  "capture",
  "partitions",
] as const;

/** What a run on Citus can be split into. */
export const citusPartNames = ["equality", "reads", "folding", "writes"] as const;

export type PartName = (typeof partNames)[number];
export type PairedPartName = (typeof pairedPartNames)[number];
export type CitusPartName = (typeof citusPartNames)[number];

/** The three entities that questions are about. */
export const entityNames = ["big", "middle", "typical"] as const;

export type EntityName = (typeof entityNames)[number];

const spread = z.object({
  median: z.number(),
  p95: z.number(),
  lowest: z.number(),
  highest: z.number(),
  runs: z.int(),
});

const units = [
  "ms",
  "s",
  "per s",
  "bytes per view",
  "bytes per change",
  "µs per change",
  "changes",
  "rows",
  "answers",
  "MB",
  "%",
] as const;

/** One cell of a table. */
export const measurement = z.object({
  part: z.enum([
    ...new Set(["setup", ...partNames, ...pairedPartNames, ...citusPartNames] as const),
  ]),
  /** The row: what was asked or done. */
  question: z.string(),
  entity: z.nullable(z.enum(entityNames)),
  /** The column: who did it. */
  contender: z.enum(contenderNames),
  unit: z.enum(units),
  /** Null when there is nothing to time; the note says why. */
  spread: z.nullable(spread),
  note: z.optional(z.string()),
});

export type Measurement = z.infer<typeof measurement>;

/** How Postgres did it, as EXPLAIN ANALYZE reports it. */
export const explained = z.object({
  question: z.string(),
  /** Its text in one line. */
  statement: z.string(),
  plan: z.string(),
});

export type Explained = z.infer<typeof explained>;
