import type { Measures } from "@headcount/core/contract";

/** What is measured, as its field is called. */
export type Measure = keyof Measures;

/** What the measures are called on the page and in the report. */
export const measureNames: Readonly<Record<Measure, string>> = {
  views: "Views",
  unique_visitors: "Unique visitors",
  unique_accounts: "Accounts",
  anonymous_visitors: "Anonymous",
  avg_time_on_page: "Time on page",
  bounce_rate: "Bounce rate",
};

const count = new Intl.NumberFormat("en-GB");
const short = new Intl.NumberFormat("en-GB", { notation: "compact", maximumFractionDigits: 1 });

/** Writes 1234 as `1,234`. */
export function formatCount(value: number): string {
  return count.format(value);
}

/** Writes 72.4 as `1m 12s`, and what is not known as a dash. */
export function formatSeconds(seconds: number | null): string {
  if (seconds === null) return "–";
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  return `${Math.floor(whole / 60)}m ${String(whole % 60).padStart(2, "0")}s`;
}

/** Writes a measure as people read it. */
export function formatMeasure(measure: Measure, value: number | null): string {
  if (measure === "avg_time_on_page") return formatSeconds(value);
  if (value === null) return "–";
  return measure === "bounce_rate" ? `${value.toFixed(1)} %` : formatCount(value);
}

/** Writes it in the little room beside an axis: 12,345 as `12.3K`. */
export function formatTick(measure: Measure, value: number): string {
  if (measure === "avg_time_on_page") return formatSeconds(value);
  return measure === "bounce_rate" ? `${value} %` : short.format(value);
}
