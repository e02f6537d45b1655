import type { ComparedRange } from "@headcount/core/contract";
import { type DateRange, formatRange } from "@headcount/core/present";
import type { ReactNode } from "react";
import type { Customization } from "../analytics/customization.ts";

export interface ComparedWithProps {
  /** What the answer says; nothing until it is there. */
  compared: (ComparedRange & { before_first_view?: boolean }) | null | undefined;
  /** The dates that are asked for. */
  dates: DateRange;
  customization: Pick<Customization, "messages" | "locale">;
}

/** Names the dates that numbers are compared with. */
export function ComparedWith({ compared, dates, customization }: ComparedWithProps): ReactNode {
  const { messages, locale } = customization;
  const { comparedWith, nothingBefore } = messages.cards;
  const range = formatRange(compared ? comparedDates(compared) : dates, { locale });
  return (
    <p className="headcount-note headcount-compared">
      {compared?.before_first_view === true
        ? nothingBefore(range)
        : comparedWith(range, (compared?.through ?? null) !== null)}
    </p>
  );
}

// as far as it is compared: the day that stands where today stands is its last one
function comparedDates({ date_from, date_to, through }: ComparedRange): DateRange {
  return { date_from, date_to: through?.date ?? date_to };
}
