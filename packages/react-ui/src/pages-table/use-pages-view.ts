import type { EntityTotals } from "@headcount/core/contract";
import { addDays, countDays, type DateRange } from "@headcount/core/present";
import { useEntityTotals } from "@headcount/react-hooks";
import { useEffect } from "react";
import type { AnalyticsView, ViewedEntity } from "../analytics/analytics-context.ts";
import {
  type ComparedRange,
  type RangeOptions,
  type RangeView,
  useRange,
} from "../analytics/use-range.ts";
import { stateOf } from "../analytics/use-view.ts";

/** What `<PagesTable>` shows, and what there is of it. */
export interface PagesView
  extends RangeView,
    Pick<AnalyticsView, "error" | "state" | "retry" | "isStale"> {
  /** Undefined until there is an answer. */
  totals: EntityTotals | undefined;
  compared: ComparedRange | undefined;
  /** What a point of the lines is; undefined where there are no lines. */
  trend: "daily" | "weekly" | undefined;
  /** Which points of a line are whole: one that ends in the middle of today falls. */
  whole: readonly [from: number, to: number];
}

/** Finds out what `<PagesTable>` shows, and asks for all of it at once. */
export function usePagesView(
  entities: readonly ViewedEntity[],
  together: boolean,
  options: RangeOptions,
): PagesView {
  const { view, comparedWith, onTimeZone } = useRange(options);
  const { range, isLocked } = view;
  const locked = isLocked(range);
  const compared = comparedWith("daily");
  const trend = trendOf(range);
  const query = {
    entities: entities.map(({ entity_type, entity_id }) => ({ entity_type, entity_id })),
    ...range,
    ...(trend && { sparkline: trend }),
    ...(together && { together }),
    ...(compared && { compare: compared.compare }),
  };
  const asked = useEntityTotals(locked || entities.length === 0 ? null : query, {
    live: options.live,
  });
  const { data, error, isPlaceholderData } = asked;
  useEffect(() => {
    if (data !== undefined) onTimeZone(data.time_zone);
  }, [data, onTimeZone]);
  return {
    ...view,
    totals: data,
    compared,
    trend,
    whole: wholePoints(view, trend),
    error,
    isStale: isPlaceholderData,
    state: locked ? "locked" : stateOf(error, data !== undefined),
    retry: () => void asked.refetch(),
  };
}

// as many points as an answer may have
const maxPoints = 92;

function trendOf(range: DateRange): PagesView["trend"] {
  const days = countDays(range);
  if (days <= maxPoints) return "daily";
  return days <= (maxPoints - 1) * 7 ? "weekly" : undefined;
}

// a week that the range cuts is not whole either
function wholePoints({ range, today }: RangeView, trend: PagesView["trend"]): [number, number] {
  const isCut = trend === "weekly" && !isMonday(range.date_from);
  const last = trend === "weekly" ? !isMonday(addDays(range.date_to, 1)) : false;
  return [isCut ? 1 : 0, range.date_to >= today || last ? -1 : maxPoints];
}

function isMonday(date: string): boolean {
  return new Date(date).getUTCDay() === 1;
}
