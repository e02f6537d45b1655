import type { Comparison, Period } from "@headcount/core/contract";
import { addDays, type DateRange, previousRange, todayIn } from "@headcount/core/present";
import type { Live } from "@headcount/react-hooks";
import { useState } from "react";
import {
  type Customization,
  type CustomizationOptions,
  useCustomization,
} from "./customization.ts";
import { datesOf, type RangeChoice } from "./range-choice.ts";
import { useControlled } from "./use-controlled.ts";

/** Of which days numbers are shown, as hosts say it. */
export interface RangeOptions extends CustomizationOptions {
  /** The range that is shown, for hosts that keep it, for example in the address. */
  range?: RangeChoice | undefined;
  /**
   * The range that is shown first, where the host does not keep it.
   *
   * @default "30d"
   */
  defaultRange?: RangeChoice | undefined;
  onRangeChange?: ((range: RangeChoice) => void) | undefined;
  /**
   * Whether totals are compared with those before: `true` with as many days before the range, or, of 12 months, with
   * the same days a year earlier. Where the plan does not show those days, nothing is compared.
   *
   * @default false
   */
  compare?: boolean | Comparison | undefined;
  /**
   * Whether it follows what happens, while the tab is visible: every 5 seconds, or every so many milliseconds.
   *
   * @default false
   */
  live?: Live | undefined;
  /** How many days the user's plan shows. Earlier ranges have a lock, are not asked for, and show the upgrade. */
  historyDays?: number | undefined;
  /** The reporting time zone: by default that of the first answer. */
  timeZone?: string | undefined;
}

/** Of which days numbers are shown. */
export interface RangeView extends Customization {
  choice: RangeChoice;
  range: DateRange;
  timeZone: string;
  today: string;
  onRange: (choice: RangeChoice) => void;
  /** Whether the plan does not show a range. */
  isLocked: (range: DateRange) => boolean;
}

/** What a range is compared with. */
export interface ComparedRange {
  compare: Comparison;
  dates: DateRange;
}

interface KnownRange {
  view: RangeView;
  /** With what it is compared; undefined where it is not. */
  comparedWith: (period: Period) => ComparedRange | undefined;
  /** Takes over the reporting time zone of an answer. */
  onTimeZone: (timeZone: string) => void;
}

/** Finds out of which days numbers are shown. */
export function useRange(options: RangeOptions): KnownRange {
  const { compare, historyDays } = options;
  const customization = useCustomization(options);
  // known by the first answer at the latest: until then the date in UTC may be a day off, and is then asked for again
  const [knownZone, setKnownZone] = useState("UTC");
  const timeZone = options.timeZone ?? knownZone;
  const today = todayIn(timeZone);
  const [choice, onRange] = useControlled<RangeChoice>(
    options.range,
    options.defaultRange ?? "30d",
    options.onRangeChange,
  );
  const range = datesOf(choice, today);
  const isLocked = ({ date_from }: DateRange): boolean =>
    historyDays !== undefined && date_from < addDays(today, 1 - historyDays);
  return {
    view: { ...customization, choice, range, timeZone, today, onRange, isLocked },
    comparedWith(period) {
      const comparison = comparisonOf(compare, choice);
      if (comparison === undefined) return undefined;
      const dates = previousRange(range, { compare: comparison, period });
      return isLocked(dates) ? undefined : { compare: comparison, dates };
    },
    onTimeZone: setKnownZone,
  };
}

function comparisonOf(
  compare: RangeOptions["compare"],
  choice: RangeChoice,
): Comparison | undefined {
  if (typeof compare === "string") return compare;
  if (compare !== true) return undefined;
  return choice === "12m" ? "previous_year" : "previous_period";
}
