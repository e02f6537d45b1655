import type { Period } from "@headcount/core/contract";

const day = 24 * 60 * 60 * 1000;

/** Ranges that end today. */
export const presets = [
  { name: "today", label: "Today", days: 1 },
  { name: "7d", label: "7 days", days: 7 },
  { name: "30d", label: "30 days", days: 30 },
  { name: "90d", label: "90 days", days: 90 },
  { name: "12m", label: "12 months", days: 365 },
] as const;

/** How many days an owner on Free sees. */
export const freeDays = 30;

/** Both dates belong to it. */
export interface DateRange {
  date_from: string;
  date_to: string;
}

/** A name of a preset, or a range's two dates. */
export type RangeChoice = (typeof presets)[number]["name"] | DateRange;

/** Today where this app reports: in UTC. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** The date so many days before another. */
export function daysBefore(date: string, count: number): string {
  return new Date(Date.parse(date) - count * day).toISOString().slice(0, 10);
}

/** The dates of a choice, given today's. */
export function datesOf(choice: RangeChoice, date_to: string): DateRange {
  if (typeof choice !== "string") return choice;
  const { days } = presets.find(({ name }) => name === choice) ?? { days: 30 };
  return { date_from: daysBefore(date_to, days - 1), date_to };
}

/** How many days a range has. */
export function countDays({ date_from, date_to }: DateRange): number {
  return Math.round((Date.parse(date_to) - Date.parse(date_from)) / day) + 1;
}

// from how many days to how many a period makes a chart that can be read, and from how many it is the best one
const readable: readonly { period: Period; from: number; to: number; best: number }[] = [
  { period: "hourly", from: 1, to: 14, best: 1 },
  { period: "daily", from: 2, to: 400, best: 3 },
  { period: "weekly", from: 8, to: 1_200, best: 120 },
  { period: "monthly", from: 32, to: 4_000, best: 500 },
  { period: "quarterly", from: 93, to: 12_000, best: 1_500 },
  { period: "yearly", from: 367, to: Infinity, best: 5_000 },
];

/** The periods that a range can be cut into on a chart. */
export function periodsOf(range: DateRange): Period[] {
  const days = countDays(range);
  const fitting = readable.filter(({ from, to }) => from <= days && days <= to);
  return fitting.map(({ period }) => period);
}

/** The period that shows a range best. */
export function bestPeriod(range: DateRange): Period {
  const days = countDays(range);
  return readable.findLast(({ best }) => best <= days)?.period ?? "daily";
}

/** Reads a range from an address: a preset's name, or `2026-01-01_2026-01-31`; anything else is 30 days. */
export function readRange(text: string | null): RangeChoice {
  const preset = presets.find(({ name }) => name === text);
  if (preset !== undefined) return preset.name;
  const [date_from = "", date_to = ""] = text?.split("_") ?? [];
  return isDate(date_from) && isDate(date_to) && date_from <= date_to
    ? { date_from, date_to }
    : "30d";
}

/** Writes a range into an address. */
export function writeRange(choice: RangeChoice): string {
  return typeof choice === "string" ? choice : `${choice.date_from}_${choice.date_to}`;
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(Date.parse(text))) return false;
  // the 31st of February is read as the 3rd of March
  return new Date(text).toISOString().startsWith(text) && text > "0001";
}
