import { formatMeasure, formatRange } from "@headcount/core/present";
import { useRollingVisitors } from "@headcount/react-hooks";
import { useAnalyticsView } from "@headcount/react-ui";
import type { ReactNode } from "react";

/** How many different people came lately: in a day, in 7 and in 28 days, seen from the last date of the range that is over. */
export function Regulars(): ReactNode {
  const { subject, range, state, locale } = useAnalyticsView();
  const { data } = useRollingVisitors(state === "shown" ? { ...subject, ...range } : null);
  if (state !== "shown") return null;
  // the last one may be today, which goes on
  const day = data?.data.at(-2) ?? data?.data.at(-1);
  const count = (visitors = 0): string => formatMeasure("unique_visitors", visitors, { locale });
  const date = day?.date ?? range.date_to;
  return (
    // its place is kept until there is an answer, so that nothing moves then
    <p className="regulars muted" style={day === undefined ? { visibility: "hidden" } : {}}>
      {`Up to ${formatRange({ date_from: date, date_to: date }, { locale })}: `}
      {`${count(day?.visitors_1_day)} in a day, ${count(day?.visitors_7_days)} in 7 days, ${count(day?.visitors_28_days)} in 28 days. `}
      {`On an average day, ${formatMeasure("bounce_rate", data?.totals.stickiness ?? null, { locale })} of the last 28 days' visitors come.`}
    </p>
  );
}
