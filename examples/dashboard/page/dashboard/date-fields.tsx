import type { ReactNode } from "react";
import { type DateRange, today } from "./ranges.ts";

export interface DateFieldsProps {
  range: DateRange;
  onChange: (range: DateRange) => void;
}

/** The first and the last day of a range of one's own; they move along rather than cross. */
export function DateFields({ range, onChange }: DateFieldsProps): ReactNode {
  const { date_from, date_to } = range;
  return (
    <div className="date-fields">
      <input
        type="date"
        className="field"
        aria-label="First day"
        value={date_from}
        max={today()}
        required
        onChange={({ target: { value } }) => {
          if (value !== "")
            onChange({ date_from: value, date_to: value > date_to ? value : date_to });
        }}
      />
      <span aria-hidden="true">–</span>
      <input
        type="date"
        className="field"
        aria-label="Last day"
        value={date_to}
        max={today()}
        required
        onChange={({ target: { value } }) => {
          if (value !== "") {
            onChange({ date_from: value < date_from ? value : date_from, date_to: value });
          }
        }}
      />
    </div>
  );
}
