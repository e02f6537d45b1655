import { type Period, periods, visitorKinds, visitorSorts } from "@headcount/core/contract";
import type {
  ChartTab,
  RangeChoice,
  VisitorFilter,
  WhereFromBreakdown,
  WhereFromDimension,
} from "@headcount/react-ui";
import { useSearchParams } from "wouter";
import { readRange, writeRange } from "./range-in-address.ts";

/** What one looks at; all of it is in the address, so that it can be reloaded and passed on. */
export interface ViewState {
  /** One page, or all of them; undefined where the address names none. */
  entity: { entity_type: string; entity_id: string } | "all" | undefined;
  range: RangeChoice;
  /** Undefined where it is the one that shows the range best. */
  period: Period | undefined;
  tab: ChartTab;
  breakdown: WhereFromBreakdown;
  filter: VisitorFilter;
}

const tabs: readonly ChartTab[] = ["visits", "new", "time", "bounces"];

/** By what it can be shown where visitors came from: what this app stores of each view. */
export const dimensions: readonly WhereFromDimension[] = [
  "channel",
  "source",
  "utm_campaign",
  "device",
  "country",
];

/** Reads what one looks at from the address, and writes what changes there. */
export function useViewState(): [ViewState, (change: Partial<ViewState>) => void] {
  const [params, setParams] = useSearchParams();
  const state: ViewState = {
    entity: readEntity(params.get("entity")),
    range: readRange(params.get("range")),
    period: periods.find((name) => name === params.get("period")),
    tab: tabs.find((name) => name === params.get("tab")) ?? "visits",
    breakdown: readBreakdown(params),
    filter: {
      search: params.get("search") ?? "",
      kind: visitorKinds.find((name) => name === params.get("kind")) ?? "all",
      sort: visitorSorts.find((name) => name === params.get("sort")) ?? "last_visit",
    },
  };
  return [
    state,
    // going back passes pages and ranges, not every word that was searched for
    (change) => setParams((old) => written(old, change), { replace: change.filter !== undefined }),
  ];
}

// `by=source&of=channel:email` are the sources of one channel
function readBreakdown(params: URLSearchParams): WhereFromBreakdown {
  const named = (text: string | undefined): WhereFromDimension | undefined =>
    [...dimensions, "referrer_host" as const].find((name) => name === text);
  const [filter, ...value] = params.get("of")?.split(":") ?? [];
  const filter_dimension = named(filter);
  return {
    dimension: named(params.get("by") ?? undefined) ?? "channel",
    ...(filter_dimension && { filter_dimension, filter_value: value.join(":") }),
  };
}

function readEntity(text: string | null): ViewState["entity"] {
  if (text === "all") return "all";
  const [entity_type, entity_id] = text?.split("/") ?? [];
  return entity_type && entity_id ? { entity_type, entity_id } : undefined;
}

/** Names a page, or all of them, in an address. */
export function writeEntity(entity: NonNullable<ViewState["entity"]>): string {
  return entity === "all" ? entity : `${entity.entity_type}/${entity.entity_id}`;
}

function written(old: URLSearchParams, change: Partial<ViewState>): URLSearchParams {
  const { entity, range, period, tab, breakdown, filter } = change;
  const params = new URLSearchParams(old);
  const write = (field: string, value: string, byDefault = ""): void => {
    if (value === byDefault) params.delete(field);
    else params.set(field, value);
  };
  if (entity !== undefined) write("entity", writeEntity(entity));
  if (range !== undefined) {
    write("range", writeRange(range));
    // the best period of another range is another one
    params.delete("period");
  }
  if (period !== undefined) write("period", period);
  if (tab !== undefined) write("tab", tab);
  if (breakdown !== undefined) {
    const { dimension, filter_dimension, filter_value } = breakdown;
    write("by", dimension, "channel");
    write("of", filter_dimension === undefined ? "" : `${filter_dimension}:${filter_value}`);
  }
  if (filter !== undefined) {
    write("search", filter.search);
    write("kind", filter.kind, "all");
    write("sort", filter.sort, "last_visit");
  }
  return params;
}
