import type { ReactNode } from "react";
import type { Tab } from "../dashboard/use-view-state.ts";

const words: Readonly<Record<Tab, { title: string; text: string }>> = {
  visits: {
    title: "No views in this period",
    text: "Try a longer range, or share your page.",
  },
  time: {
    title: "No data yet",
    text: "Time on page is recorded once a visitor leaves.",
  },
  bounces: {
    title: "No data yet",
    text: "The bounce rate needs a visit that started on this page.",
  },
};

/** What stands in the place of a chart with nothing on it. */
export function EmptyChart({ tab }: { tab: Tab }): ReactNode {
  const { title, text } = words[tab];
  return (
    <div className="empty-chart">
      <strong>{title}</strong>
      <p className="muted">{text}</p>
    </div>
  );
}
