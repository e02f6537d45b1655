import type { VisitorSort } from "@headcount/core/contract";
import type { ReactNode } from "react";
import { useAnalyticsView } from "../analytics/analytics-context.ts";
import { Choices } from "../controls/choices.tsx";
import { SearchField } from "./search-field.tsx";
import type { VisitorFilter } from "./visitor-filter.ts";

export interface VisitorFiltersProps {
  filter: VisitorFilter;
  onChange: (filter: VisitorFilter) => void;
}

const kinds = ["all", "account", "anonymous"] as const;
const sorts = ["last_visit", "first_visit", "visit_count"] as const;

/** Searches, filters and sorts the list of visitors. */
export function VisitorFilters({ filter, onChange }: VisitorFiltersProps): ReactNode {
  const { messages, classes } = useAnalyticsView();
  const words = messages.visitors;
  return (
    <div className="headcount-filters headcount-screen">
      <SearchField
        className={classes("field")}
        label={words.search}
        hint={words.searchHint}
        value={filter.search}
        onSearch={(search) => onChange({ ...filter, search })}
      />
      <Choices
        legend={words.kind}
        className={classes("choices")}
        choices={kinds.map((kind) => ({ value: kind, label: words.kinds[kind] }))}
        value={filter.kind}
        onChoose={(kind) => onChange({ ...filter, kind })}
      />
      <select
        className={classes("field")}
        aria-label={words.sort}
        value={filter.sort}
        onChange={({ target }) => onChange({ ...filter, sort: target.value as VisitorSort })}
      >
        {sorts.map((sort) => (
          <option key={sort} value={sort}>
            {words.sorts[sort]}
          </option>
        ))}
      </select>
    </div>
  );
}
