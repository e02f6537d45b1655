import { formatMeasure } from "@headcount/core/present";
import { useLive } from "@headcount/react-hooks";
import type { ReactNode } from "react";
import { useAnalyticsView } from "../analytics/analytics-context.ts";

/** How many look at it now: whose view began in the last five minutes. It follows what happens by itself. */
export function HereNow(): ReactNode {
  const { subject, live, state, messages, locale, classes } = useAnalyticsView();
  const { data } = useLive(state === "shown" ? subject : null, { live: live || true });
  const count = data?.data[0]?.unique_visitors;
  if (state !== "shown") return null;
  return (
    // its place is kept until there is an answer, so that nothing moves then
    <p
      className={classes("hereNow")}
      title={data && messages.hereNow.minutes(data.minutes)}
      style={count === undefined ? { visibility: "hidden" } : {}}
    >
      <span className="headcount-mark" />
      {messages.hereNow.text(formatMeasure("views", count ?? 0, { locale }))}
    </p>
  );
}
