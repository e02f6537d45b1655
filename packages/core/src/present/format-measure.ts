import type { Measures } from "../contract/measures.ts";
import type { LocaleOptions } from "./format-date.ts";
import { numberFormatterOf } from "./formatters.ts";

/** What is measured, as its field is called. */
export type Measure = keyof Measures;

// of what: the one list of all there are
const units = {
  views: "count",
  unique_visitors: "count",
  unique_accounts: "count",
  anonymous_visitors: "count",
  new_visitors: "count",
  returning_visitors: "count",
  new_accounts: "count",
  avg_time_on_page: "seconds",
  bounce_rate: "percent",
} as const satisfies Record<Measure, string>;

/** All measures, in the order of tables. */
export const measures: readonly Measure[] = Object.keys(units) as Measure[];

export interface MeasureFormatOptions extends LocaleOptions {
  /**
   * Whether there is little room, as beside an axis: 12,345 is `12.3K`.
   *
   * @default false
   */
  short?: boolean | undefined;
}

/**
 * Writes a measure as people read it: counts, percent, and seconds as `1m 12s`. What is not known is a dash.
 *
 * @example
 * formatMeasure("avg_time_on_page", 72.4, { locale: "en" }); //=> "1m 12s"
 */
export function formatMeasure(
  measure: Measure,
  value: number | null,
  { locale, short = false }: MeasureFormatOptions = {},
): string {
  if (value === null) return "–";
  switch (units[measure]) {
    case "seconds":
      return formatSeconds(value, { locale });
    case "percent": {
      const digits = short ? { maximumFractionDigits: 0 } : oneDigit;
      return numberFormatterOf(locale, { style: "percent", ...digits }).format(value / 100);
    }
    case "count":
      return numberFormatterOf(locale, short ? compact : {}).format(value);
  }
}

const oneDigit = { minimumFractionDigits: 1, maximumFractionDigits: 1 } as const;
const compact = { notation: "compact", maximumFractionDigits: 1 } as const;

function formatSeconds(value: number, { locale }: LocaleOptions): string {
  const seconds = Math.round(value);
  const parts = [
    ["hour", Math.floor(seconds / 3600)],
    ["minute", Math.floor(seconds / 60) % 60],
    ["second", seconds % 60],
  ] as const;
  const shown = parts.filter(([, count]) => count > 0);
  if (shown.length === 0) shown.push(["second", 0]);
  return shown
    .slice(0, 2)
    .map(([unit, count]) =>
      numberFormatterOf(locale, { style: "unit", unit, unitDisplay: "narrow" }).format(count),
    )
    .join(" ");
}
