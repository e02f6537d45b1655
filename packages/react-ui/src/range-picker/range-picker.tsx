import {
  formatRange,
  formatTimeZone,
  presetRange,
  type RangePreset,
  rangePresets,
} from "@headcount/core/present";
import type { ReactNode } from "react";
import { useAnalyticsView } from "../analytics/analytics-context.ts";
import type { RangeView } from "../analytics/use-range.ts";
import { type Choice, Choices } from "../controls/choices.tsx";
import { Icon } from "../controls/icon.tsx";
import { DateFields } from "./date-fields.tsx";

/** Which days are shown, and in which time zone they are days. */
export function RangePicker(): ReactNode {
  const view = useAnalyticsView();
  return view.state === "refused" ? null : <RangeFields view={view} />;
}

/** The same of a range that is not that of an `<Analytics>`. */
export function RangeFields({ view }: { view: RangeView }): ReactNode {
  const { choice, range, today, timeZone, locale, isLocked, onRange, classes } = view;
  const words = view.messages.range;
  const locked = { icon: "lock", label: words.locked } as const;
  const choices = rangePresets.map(
    (preset): Choice<RangePreset | "custom"> => ({
      value: preset,
      ...words.presets[preset],
      ...(isLocked(presetRange(preset, today)) && { mark: locked }),
    }),
  );
  const isCustom = typeof choice !== "string";
  const custom = {
    value: "custom",
    ...words.presets.custom,
    short: <Icon name="calendar" />,
  } as const;
  return (
    <div className={classes("range")}>
      <Choices
        legend={words.label}
        className={classes("choices")}
        choices={[...choices, custom]}
        value={isCustom ? "custom" : choice}
        onChoose={(value) => onRange(value === "custom" ? range : value)}
      />
      {isCustom && <DateFields view={view} />}
      <p className="headcount-note headcount-range-text">
        {formatRange(range, { locale })} · {formatTimeZone(timeZone, { locale })}
      </p>
    </div>
  );
}
