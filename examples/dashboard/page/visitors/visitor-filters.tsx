import type { VisitorSort } from "@headcount/core/contract";
import type { ReactNode } from "react";
import { Choices } from "../controls/choices.tsx";
import type { VisitorFilter } from "../dashboard/use-view-state.ts";
import { SearchField } from "./search-field.tsx";

export interface VisitorFiltersProps {
  filter: VisitorFilter;
  onChange: (filter: VisitorFilter) => void;
}

const kinds = [
  { value: "all", label: "All" },
  { value: "account", label: "Accounts" },
  { value: "anonymous", label: "Anonymous" },
] as const;

/** Searches, filters and sorts the list of visitors. */
export function VisitorFilters({ filter, onChange }: VisitorFiltersProps): ReactNode {
  return (
    <div className="visitor-filters screen-only">
      <SearchField value={filter.search} onSearch={(search) => onChange({ ...filter, search })} />
      <Choices
        legend="Kind of visitor"
        choices={kinds}
        value={filter.kind}
        onChoose={(kind) => onChange({ ...filter, kind })}
      />
      <select
        className="field"
        aria-label="Sort by"
        value={filter.sort}
        onChange={({ target }) => onChange({ ...filter, sort: target.value as VisitorSort })}
      >
        <option value="last_visit">Last seen</option>
        <option value="first_visit">First seen</option>
        <option value="visit_count">Most views</option>
      </select>
    </div>
  );
}
