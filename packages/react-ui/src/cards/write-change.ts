import type { MeasureChange } from "@headcount/core/contract";
import { formatChange } from "@headcount/core/present";
import type { Customization } from "../analytics/customization.ts";

/** Writes how a measure changed: in percent, and a rate in percentage points. */
export function writeChange(
  change: MeasureChange | undefined,
  { messages, locale }: Pick<Customization, "messages" | "locale">,
): string {
  const { percent, absolute, previous } = change ?? nothingKnown;
  // of what was 0 there is no percentage
  if (percent !== null || absolute === null || previous === 0) {
    return formatChange(percent, { locale });
  }
  const points = { signDisplay: "exceptZero", maximumFractionDigits: 1 } as const;
  return messages.cards.points(new Intl.NumberFormat(locale, points).format(absolute));
}

const nothingKnown = { percent: null, absolute: null, previous: null };
