import type { ReactNode } from "react";
import type { Tab } from "../dashboard/use-view-state.ts";

/** What stands in the place of a chart with nothing on it. */
export function EmptyChart({ tab }: { tab: Tab }): ReactNode {
  return (
    <div className="empty-chart">
      <strong>
        {tab === "visits" ? "Nobody was here in this range" : "Nothing is known of it"}
      </strong>
      <p className="muted">
        {tab === "visits"
          ? "Choose more days, or send somebody the link."
          : "In this range nobody came whose visit would tell."}
      </p>
    </div>
  );
}
