import type { Period } from "@headcount/core/contract";
import { type DateRange, periodsOf } from "@headcount/core/present";
import type { ReactNode } from "react";
import { periodNames } from "../../format/words.ts";

export interface PeriodMenuProps {
  range: DateRange;
  period: Period;
  onPeriod: (period: Period) => void;
}

/** How finely a range is cut. */
export function PeriodMenu({ range, period, onPeriod }: PeriodMenuProps): ReactNode {
  return (
    <label className="period-menu screen-only">
      <span className="visually-hidden">Period</span>
      <select
        className="field"
        value={period}
        onChange={({ target }) => onPeriod(target.value as Period)}
      >
        {periodsOf(range).map((name) => (
          <option key={name} value={name}>
            {periodNames[name]}
          </option>
        ))}
      </select>
    </label>
  );
}
