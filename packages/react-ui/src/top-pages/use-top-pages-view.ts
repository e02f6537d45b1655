import type { TopEntities, TopEntitiesQuery } from "@headcount/core/contract";
import { useTopEntities } from "@headcount/react-hooks";
import { useEffect } from "react";
import type { AnalyticsView } from "../analytics/analytics-context.ts";
import { latestDays } from "../analytics/latest-days.ts";
import {
  type ComparedRange,
  type RangeOptions,
  type RangeView,
  useRange,
} from "../analytics/use-range.ts";
import { stateOf } from "../analytics/use-view.ts";

/** What `<TopPages>` shows, and what there is of it. */
export interface TopPagesView
  extends RangeView,
    Pick<AnalyticsView, "error" | "state" | "retry" | "isStale"> {
  /** Undefined until there is an answer. */
  top: TopEntities | undefined;
  compared: ComparedRange | undefined;
}

/** Finds out what `<TopPages>` shows, and asks for it. */
export function useTopPagesView(
  query: Pick<TopEntitiesQuery, "level" | "owner_id" | "entity_type" | "sort" | "limit">,
  options: RangeOptions,
): TopPagesView {
  const { view, comparedWith, onTimeZone } = useRange(options);
  const locked = view.isLocked(view.range);
  const range = latestDays(view.range, view.today);
  const compared = comparedWith("daily");
  const asked = useTopEntities(
    locked ? null : { ...query, ...range, ...(compared && { compare: compared.compare }) },
    { live: options.live },
  );
  const { data, error, isPlaceholderData } = asked;
  useEffect(() => {
    if (data !== undefined) onTimeZone(data.time_zone);
  }, [data, onTimeZone]);
  return {
    ...view,
    range,
    top: data,
    compared,
    error,
    isStale: isPlaceholderData,
    state: locked ? "locked" : stateOf(error, data !== undefined),
    retry: () => void asked.refetch(),
  };
}
