import type { Period } from "@headcount/core/contract";
import type { ChartPoint } from "@headcount/core/present";
import type { Messages } from "./messages.ts";

/** Why a bucket is incomplete; undefined where it is not. */
export function whyIncomplete(
  { incomplete }: ChartPoint,
  period: Period,
  { chart }: Messages,
): string | undefined {
  switch (incomplete) {
    case "not_over":
      return chart.notOver[period];
    case "starts_before_range":
      return chart.startsBeforeRange;
    case "ends_after_range":
      return chart.endsAfterRange;
    case null:
      return undefined;
  }
}
