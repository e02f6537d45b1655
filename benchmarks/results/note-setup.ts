import { spreadOf } from "../timing/spread.ts";
import type { ContenderName } from "./contender-names.ts";
import type { Measurement } from "./measurement.ts";

interface Setup {
  contender: ContenderName;
  duration_ms: number;
}

/** How long somebody took to make their first answers possible. */
export function noteSetup(
  record: (measurement: Measurement) => void,
  { contender, duration_ms }: Setup,
): void {
  record({
    part: "setup",
    question: "from page views to the first answer",
    entity: null,
    contender,
    unit: "s",
    spread: spreadOf([duration_ms / 1000]),
  });
}
