import * as z from "zod";
import { contenderNames } from "../contenders/contender.ts";

/** What a run can be split into. */
export const partNames = [
  "size",
  "reads",
  "cold",
  "pending",
  "writes",
  "collecting",
  "folding",
  "refresh",
  "freshness",
] as const;

export type PartName = (typeof partNames)[number];

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

/** One cell of a table. */
export const measurement = z.object({
  part: z.enum([...partNames, "setup"]),
  /** The row: what was asked or done. */
  question: z.string(),
  entity: z.nullable(z.enum(entityNames)),
  /** The column: who did it. */
  contender: z.enum(contenderNames),
  unit: z.enum(["ms", "s", "per s", "bytes per view"]),
  /** Null when there is nothing to time; the note says why. */
  spread: z.nullable(spread),
  note: z.optional(z.string()),
});

export type Measurement = z.infer<typeof measurement>;

/** How Postgres did it, as EXPLAIN ANALYZE tells. */
export const explained = z.object({
  question: z.string(),
  /** Its text in one line. */
  statement: z.string(),
  plan: z.string(),
});

export type Explained = z.infer<typeof explained>;
