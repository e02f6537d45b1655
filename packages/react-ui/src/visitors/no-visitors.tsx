import type { ReactNode } from "react";
import { useAnalyticsView } from "../analytics/analytics-context.ts";
import type { VisitorFilter } from "./visitor-filter.ts";

export interface NoVisitorsProps {
  filter: VisitorFilter;
  onReset: (filter: VisitorFilter) => void;
}

/** What stands in the place of a list with nobody on it. */
export function NoVisitors({ filter, onReset }: NoVisitorsProps): ReactNode {
  const { messages, slots, classes } = useAnalyticsView();
  const { search, kind } = filter;
  const words = messages.visitors;
  const isFiltered = search !== "" || kind !== "all";
  if (!isFiltered && slots.empty !== undefined) return slots.empty("visitors");
  const { title, text } = search === "" ? wordsOf() : words.noMatch(search);
  return (
    <div className="headcount-empty">
      <strong>{title}</strong>
      <p>{text}</p>
      {isFiltered && (
        <button
          type="button"
          className={classes("button")}
          onClick={() => onReset({ ...filter, search: "", kind: "all" })}
        >
          {words.clear}
        </button>
      )}
    </div>
  );

  function wordsOf() {
    return kind === "all" ? words.empty : words.noneOfKind;
  }
}
