import * as z from "zod/mini";
import { entityResultFields } from "./entity-result-fields.ts";
import { instant } from "./instant.ts";

/** Of which totals of all time there can be milestones. */
export const milestoneMeasures = ["views", "unique_visitors"] as const;

export const milestone = z.object({
  milestone_id: z.string(),
  ...entityResultFields,
  measure: z.enum(milestoneMeasures),
  threshold: z.int(),
  value: z.int(),
  reached_at: instant,
});

/** A total of all time that an entity has reached. */
export interface Milestone {
  /** Names it in `acknowledgeMilestones`. */
  milestone_id: string;
  entity_type: string;
  /** Null for pages without an entity. */
  entity_id: string | null;
  measure: (typeof milestoneMeasures)[number];
  /** The total that the settings name. */
  threshold: number;
  /** The total when it was reached, which may be more. */
  value: number;
  /** When it was folded: ISO 8601, UTC. */
  reached_at: string;
}

/** What acknowledging did. */
export interface AcknowledgedMilestones {
  /** How many had not been acknowledged before. */
  acknowledged: number;
}
