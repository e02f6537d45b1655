import type { DateRange } from "@headcount/core/present";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { isDate } from "./ranges.ts";

export interface DateFieldsProps {
  range: DateRange;
  /** No day after it can be chosen. */
  latest: string;
  onChange: (range: DateRange) => void;
}

/** The first and the last day of a range of one's own; they move along rather than cross. */
export function DateFields({ range, latest, onChange }: DateFieldsProps): ReactNode {
  const { date_from, date_to } = range;
  return (
    <div className="date-fields">
      <DateField
        label="First day"
        date={date_from}
        latest={latest}
        onDate={(date) => onChange({ date_from: date, date_to: date > date_to ? date : date_to })}
      />
      <span aria-hidden="true">–</span>
      <DateField
        label="Last day"
        date={date_to}
        latest={latest}
        onDate={(date) =>
          onChange({ date_from: date < date_from ? date : date_from, date_to: date })
        }
      />
    </div>
  );
}

interface DateFieldProps {
  label: string;
  date: string;
  latest: string;
  onDate: (date: string) => void;
}

// Whoever types a year passes the years 2, 20 and 202: what is typed counts when the field is left, or by Enter. What
// is picked from a calendar counts at once.
function DateField({ label, date, latest, onDate }: DateFieldProps): ReactNode {
  const [text, setText] = useState(date);
  const isTyping = useRef(false);
  useEffect(() => setText(date), [date]);
  const finish = (value: string): void => {
    isTyping.current = false;
    if (!isDate(value) || value > latest) setText(date);
    else if (value !== date) onDate(value);
  };
  return (
    <input
      type="date"
      className="field"
      aria-label={label}
      value={text}
      min="1000-01-01"
      max={latest}
      required
      onChange={({ target }) => {
        setText(target.value);
        if (!isTyping.current) finish(target.value);
      }}
      onKeyDown={({ key, currentTarget }) => {
        if (key === "Enter") finish(currentTarget.value);
        else isTyping.current = true;
      }}
      onPointerDown={() => {
        isTyping.current = false;
      }}
      onBlur={({ target }) => finish(target.value)}
    />
  );
}
