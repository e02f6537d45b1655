import type { ComparedRange } from "@headcount/core/contract";
import { type DateRange, formatRange } from "@headcount/core/present";
import { type ReactNode, useContext } from "react";
import { ViewContext } from "../analytics/analytics-context.ts";
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

/** The same below a list of pages, unless the `<Analytics>` around it says it of the same dates. */
export function ListComparedWith(props: ComparedWithProps): ReactNode {
  const around = useContext(ViewContext)?.comparesWith;
  const { date_from, date_to } = props.dates;
  const isSaid = around?.date_from === date_from && around.date_to === date_to;
  return isSaid ? null : <ComparedWith {...props} />;
}

// as far as it is compared: the day that stands where today stands is its last one
function comparedDates({ date_from, date_to, through }: ComparedRange): DateRange {
  return { date_from, date_to: through?.date ?? date_to };
}
