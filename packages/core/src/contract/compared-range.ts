import * as z from "zod/mini";
import { type Cut, nullableCut } from "./change.ts";

export const comparedRange = z.object({
  date_from: z.iso.date(),
  date_to: z.iso.date(),
  through: nullableCut,
});

/** The range that totals are compared with. */
export interface ComparedRange {
  /** Its first day, `YYYY-MM-DD`. */
  date_from: string;
  /** Its last day, which belongs to it. */
  date_to: string;
  /** Until where it is compared, when the range asked for is not over yet; null when that is the whole of it. */
  through: Cut | null;
}
