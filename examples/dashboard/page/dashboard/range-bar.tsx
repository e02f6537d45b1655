import {
  countDays,
  type DateRange,
  formatRange,
  formatTimeZone,
  presetRange,
  type RangePreset,
  rangePresets,
  todayIn,
} from "@headcount/core/present";
import type { ReactNode } from "react";
import { type Choice, Choices } from "../controls/choices.tsx";
import { Icon } from "../controls/icon.tsx";
import { DateFields } from "./date-fields.tsx";
import { freeDays, type RangeChoice, reportingZone } from "./ranges.ts";
import "./range-bar.css";

export interface RangeBarProps {
  plan: "free" | "pro";
  choice: RangeChoice;
  range: DateRange;
  onRange: (range: RangeChoice) => void;
}

const names: Readonly<Record<RangePreset, Pick<Choice<RangePreset>, "label" | "shortLabel">>> = {
  today: { label: "Today" },
  "7d": { label: "7 days", shortLabel: "7d" },
  "30d": { label: "30 days", shortLabel: "30d" },
  "90d": { label: "90 days", shortLabel: "90d" },
  "12m": { label: "12 months", shortLabel: "12m" },
};

/** Which days are shown, and in which time zone they are days. */
export function RangeBar({ plan, choice, range, onRange }: RangeBarProps): ReactNode {
  const today = todayIn(reportingZone);
  const isLocked = (preset: RangePreset): boolean =>
    plan === "free" && countDays(presetRange(preset, today)) > freeDays;
  const choices = rangePresets.map((preset): Choice<RangePreset | "custom"> => {
    const locked = { icon: "lock", label: "(Pro)" } as const;
    return { value: preset, ...names[preset], ...(isLocked(preset) && { mark: locked }) };
  });
  const isCustom = typeof choice !== "string";
  return (
    <div className="range-bar">
      <div className="range-bar-choices screen-only">
        <Choices
          legend="Date range"
          choices={[
            ...choices,
            { value: "custom", label: "Custom", shortLabel: <Icon name="calendar" /> },
          ]}
          value={isCustom ? "custom" : choice}
          onChoose={(value) => onRange(value === "custom" ? range : value)}
        />
        {isCustom && <DateFields range={range} latest={today} onChange={onRange} />}
      </div>
      <p className="range-bar-dates muted">
        {formatRange(range)} · {formatTimeZone(reportingZone)}
      </p>
    </div>
  );
}
