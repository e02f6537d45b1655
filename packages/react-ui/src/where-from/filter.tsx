import type { ReactNode } from "react";
import { useAnalyticsView } from "../analytics/analytics-context.ts";
import { Icon } from "../controls/icon.tsx";
import type { WhereFromBreakdown } from "./asked-breakdown.ts";
import { nameValue } from "./name-value.ts";

export interface FilterProps {
  breakdown: WhereFromBreakdown;
  onClear: (breakdown: WhereFromBreakdown) => void;
}

/** Says of which views the numbers are, and takes that back; nothing where they are of all. */
export function Filter({ breakdown, onClear }: FilterProps): ReactNode {
  const view = useAnalyticsView();
  const words = view.messages.whereFrom;
  const { filter_dimension: dimension, filter_value: value } = breakdown;
  if (dimension === undefined || value === undefined) return null;
  return (
    <p>
      <button
        type="button"
        className={view.classes("button")}
        onClick={() => onClear({ dimension })}
      >
        {words.dimensions[dimension]}: {nameValue(value, { dimension, ...view })}
        <Icon name="close" />
        <span className="headcount-hidden">{words.all}</span>
      </button>
    </p>
  );
}
