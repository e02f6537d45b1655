import { type Period, periods } from "@headcount/core/contract";
import { useSearchParams } from "wouter";
import {
  bestPeriod,
  type DateRange,
  datesOf,
  periodsOf,
  type RangeChoice,
  readRange,
  today,
  writeRange,
} from "./ranges.ts";

/** What the chart can show: how many, how long, or how many went away at once. */
export const tabs = ["visits", "time", "bounces"] as const;

export type Tab = (typeof tabs)[number];

/** What one looks at; all of it is in the address, so that it can be reloaded and passed on. */
export interface ViewState {
  entity: { entity_type: string; entity_id: string } | undefined;
  choice: RangeChoice;
  range: DateRange;
  period: Period;
  tab: Tab;
}

/** The fields of the address that change it. */
export interface ViewChange {
  entity?: ViewState["entity"];
  range?: RangeChoice;
  period?: Period;
  tab?: Tab;
}

/** Reads what one looks at from the address, and writes what changes there. */
export function useViewState(): [ViewState, (change: ViewChange) => void] {
  const [params, setParams] = useSearchParams();
  const choice = readRange(params.get("range"));
  const range = datesOf(choice, today());
  const period = periods.find((name) => name === params.get("period"));
  const state: ViewState = {
    entity: readEntity(params.get("entity")),
    choice,
    range,
    period: period !== undefined && periodsOf(range).includes(period) ? period : bestPeriod(range),
    tab: tabs.find((name) => name === params.get("tab")) ?? "visits",
  };
  return [state, (change) => setParams((old) => written(old, change))];
}

function readEntity(text: string | null): ViewState["entity"] {
  const [entity_type, entity_id] = text?.split("/") ?? [];
  return entity_type && entity_id ? { entity_type, entity_id } : undefined;
}

function written(
  old: URLSearchParams,
  { entity, range, period, tab }: ViewChange,
): URLSearchParams {
  const params = new URLSearchParams(old);
  if (entity !== undefined) params.set("entity", `${entity.entity_type}/${entity.entity_id}`);
  if (range !== undefined) {
    params.set("range", writeRange(range));
    // the best period of another range is another one
    params.delete("period");
  }
  if (period !== undefined) params.set("period", period);
  if (tab !== undefined) params.set("tab", tab);
  return params;
}
