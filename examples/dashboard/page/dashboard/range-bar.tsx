import type { Period } from "@headcount/core/contract";
import type { ReactNode } from "react";
import { Choices } from "../controls/choices.tsx";
import { Icon } from "../controls/icon.tsx";
import { DateFields } from "./date-fields.tsx";
import { type DateRange, freeDays, periodsOf, presets, type RangeChoice } from "./ranges.ts";
import type { ViewChange } from "./use-view-state.ts";
import "./range-bar.css";

export interface RangeBarProps {
  plan: "free" | "pro";
  choice: RangeChoice;
  range: DateRange;
  period: Period;
  onChange: (change: ViewChange) => void;
}

const periodNames: Readonly<Record<Period, string>> = {
  hourly: "By hour",
  daily: "By day",
  weekly: "By week",
  monthly: "By month",
  quarterly: "By quarter",
  yearly: "By year",
};

/** Which days are shown, and how finely. */
export function RangeBar({ plan, choice, range, period, onChange }: RangeBarProps): ReactNode {
  const isCustom = typeof choice !== "string";
  const choices = presets.map(({ name, label, days }) => ({
    value: name as string,
    label: plan === "free" && days > freeDays ? <Locked label={label} /> : label,
  }));
  return (
    <div className="range-bar screen-only">
      <Choices
        legend="Days shown"
        choices={[...choices, { value: "custom", label: "Custom" }]}
        value={isCustom ? "custom" : choice}
        onChoose={(value) =>
          onChange({ range: presets.find(({ name }) => name === value)?.name ?? range })
        }
      />
      {isCustom && (
        <DateFields range={range} onChange={(changed) => onChange({ range: changed })} />
      )}
      <label className="range-bar-period">
        <span className="visually-hidden">Period</span>
        <select
          className="field"
          value={period}
          onChange={({ target }) => onChange({ period: target.value as Period })}
        >
          {periodsOf(range).map((name) => (
            <option key={name} value={name}>
              {periodNames[name]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

function Locked({ label }: { label: string }): ReactNode {
  return (
    <>
      {label}
      <Icon name="lock" />
      <span className="visually-hidden">(with Pro)</span>
    </>
  );
}
