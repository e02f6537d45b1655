import type { VisitorSort } from "@headcount/core/contract";
import type { ReactNode } from "react";
import { Choices } from "../controls/choices.tsx";
import type { VisitorFilter } from "./visitor-filter.ts";

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
      <input
        type="search"
        className="field"
        aria-label="Search visitors by name"
        placeholder="Search by name"
        maxLength={200}
        value={filter.search}
        onChange={({ target }) => onChange({ ...filter, search: target.value })}
      />
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
        <option value="visit_count">Most views</option>
        <option value="last_visit">Latest visit</option>
        <option value="first_visit">Newest visitor</option>
      </select>
    </div>
  );
}
