import {
  type Period,
  periods,
  type VisitorKind,
  type VisitorSort,
  visitorKinds,
  visitorSorts,
} from "@headcount/core/contract";
import {
  bestPeriod,
  type DateRange,
  periodsOf,
  presetRange,
  todayIn,
} from "@headcount/core/present";
import { useSearchParams } from "wouter";
import { type RangeChoice, readRange, reportingZone, writeRange } from "./ranges.ts";

/** What the chart can show: how many, how long, or how many went away at once. */
export const tabs = ["visits", "time", "bounces"] as const;

export type Tab = (typeof tabs)[number];

/** Which visitors are listed, and in which order. */
export interface VisitorFilter {
  search: string;
  kind: VisitorKind | "all";
  sort: VisitorSort;
}

/** What one looks at; all of it is in the address, so that it can be reloaded and passed on. */
export interface ViewState {
  entity: { entity_type: string; entity_id: string } | undefined;
  choice: RangeChoice;
  range: DateRange;
  period: Period;
  tab: Tab;
  filter: VisitorFilter;
}

/** The fields of the address that change it. */
export interface ViewChange {
  entity?: ViewState["entity"];
  range?: RangeChoice;
  period?: Period;
  tab?: Tab;
  filter?: VisitorFilter;
}

/** Reads what one looks at from the address, and writes what changes there. */
export function useViewState(): [ViewState, (change: ViewChange) => void] {
  const [params, setParams] = useSearchParams();
  const choice = readRange(params.get("range"));
  const range = typeof choice === "string" ? presetRange(choice, todayIn(reportingZone)) : choice;
  const period = periods.find((name) => name === params.get("period"));
  const state: ViewState = {
    entity: readEntity(params.get("entity")),
    choice,
    range,
    period: period !== undefined && periodsOf(range).includes(period) ? period : bestPeriod(range),
    tab: tabs.find((name) => name === params.get("tab")) ?? "visits",
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

function readEntity(text: string | null): ViewState["entity"] {
  const [entity_type, entity_id] = text?.split("/") ?? [];
  return entity_type && entity_id ? { entity_type, entity_id } : undefined;
}

function written(old: URLSearchParams, change: ViewChange): URLSearchParams {
  const { entity, range, period, tab, filter } = change;
  const params = new URLSearchParams(old);
  const write = (field: string, value: string, byDefault = ""): void => {
    if (value === byDefault) params.delete(field);
    else params.set(field, value);
  };
  if (entity !== undefined) write("entity", `${entity.entity_type}/${entity.entity_id}`);
  if (range !== undefined) {
    write("range", writeRange(range));
    // the best period of another range is another one
    params.delete("period");
  }
  if (period !== undefined) write("period", period);
  if (tab !== undefined) write("tab", tab);
  if (filter !== undefined) {
    write("search", filter.search);
    write("kind", filter.kind, "all");
    write("sort", filter.sort, "last_visit");
  }
  return params;
}
