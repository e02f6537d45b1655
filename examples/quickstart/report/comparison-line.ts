import { formatChange } from "@headcount/core/present";
import type { ReportAnswers } from "./report-query.ts";

/** What became of views and visitors since the days before; undefined when nobody came that early. */
export function comparisonLine({ compare }: ReportAnswers["daily"]): string | undefined {
  if (compare === null || compare.before_first_view || compare.change === null) return undefined;
  const { views, unique_visitors } = compare.change;
  const changes = [
    `views ${formatChange(views.percent)}`,
    `unique visitors ${formatChange(unique_visitors.percent)}`,
  ];
  return `Against as many days before: ${changes.join(", ")}`;
}
