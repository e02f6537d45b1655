import { type ReactNode, useEffect, useRef, useState } from "react";
import type { RangeView } from "../analytics/use-range.ts";
import { isDate } from "./is-date.ts";

/** The first and the last day of a range of one's own; they move along rather than cross. */
export function DateFields({ view }: { view: RangeView }): ReactNode {
  const { range, onRange, messages } = view;
  const { date_from, date_to } = range;
  return (
    <div className="headcount-dates">
      <DateField
        view={view}
        label={messages.range.firstDay}
        date={date_from}
        onDate={(date) => onRange({ date_from: date, date_to: date > date_to ? date : date_to })}
      />
      <span aria-hidden="true">–</span>
      <DateField
        view={view}
        label={messages.range.lastDay}
        date={date_to}
        onDate={(date) =>
          onRange({ date_from: date < date_from ? date : date_from, date_to: date })
        }
      />
    </div>
  );
}

interface DateFieldProps {
  view: RangeView;
  label: string;
  date: string;
  onDate: (date: string) => void;
}

// While a year is typed, it is 2, 20 and 202: what is typed counts when the field is left, or by Enter. What
// is picked from a calendar counts at once.
function DateField({ view, label, date, onDate }: DateFieldProps): ReactNode {
  const { today, classes } = view;
  const [text, setText] = useState(date);
  const isTyping = useRef(false);
  useEffect(() => setText(date), [date]);
  const finish = (value: string): void => {
    isTyping.current = false;
    if (!isDate(value) || value > today) setText(date);
    else if (value !== date) onDate(value);
  };
  return (
    <input
      type="date"
      className={classes("field")}
      aria-label={label}
      value={text}
      min="1000-01-01"
      max={today}
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
