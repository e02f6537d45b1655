import type { TimeSeries } from "@headcount/core/contract";
import { formatDate } from "./format-date.ts";
import type { Ink } from "./ink.ts";

type Bucket = Pick<TimeSeries["data"][number], "date" | "views" | "unique_visitors">;

export interface DailyChartOptions {
  /** One bucket per day; of more than 31, or than there is room for, the last ones are shown. */
  data: readonly Bucket[];
  ink: Ink;
  /** How many characters a line may have. */
  width: number;
}

const height = 8;
const maxDays = 31;
// a day is two bars, with a gap before the next where there is room
const minSlot = 2;
const axisWidth = 7;
const maxBar = 6;
// at most four characters, so that 31 days fit
const scale = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });
const eighths = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/** Draws two bars per day, views and unique visitors. */
export function dailyChart({ data, ink, width }: DailyChartOptions): string[] {
  const room = Math.floor((width - axisWidth) / minSlot);
  const days = data.slice(-Math.min(maxDays, room));
  const top = niceCeiling(Math.max(...days.map(({ views }) => views), 1));
  const axis = Math.max(...[top, top / 2].map((count) => scale.format(count).length));
  const slot = Math.floor((width - axis - 3) / days.length);
  const bar = Math.min(Math.max(Math.floor((slot - 1) / 2), 1), maxBar);
  const gap = slot > minSlot ? " " : "";
  const margin = " ".repeat(axis + 3);

  const rows = Array.from({ length: height }, (_, index) => {
    const floor = height - 1 - index;
    const bars = days.map(({ views, unique_visitors }) => {
      const viewsBar = blockAt({ value: views, top, floor }).repeat(bar);
      const visitorsBar = blockAt({ value: unique_visitors, top, floor }).repeat(bar);
      return ink.views(viewsBar) + ink.visitors(visitorsBar);
    });
    const label = index % (height / 2) === 0 ? scale.format((top * (height - index)) / height) : "";
    return `${ink.faint(`${label.padStart(axis)} ${label === "" ? "│" : "┤"} `)}${bars.join(gap)}`.trimEnd();
  });
  const { numbers, months } = dateLabels(days, 2 * bar + gap.length);
  const legend = `${ink.views("█")} left: views   ${ink.visitors("█")} right: unique visitors`;
  return [
    margin + legend,
    ...rows,
    ink.faint(`${"0".padStart(axis)} ┴${"─".repeat(days.length * (2 * bar + gap.length))}`),
    ink.faint(margin + numbers),
    ink.faint(margin + months),
  ];
}

interface Cell {
  value: number;
  /** What a bar of full height stands for. */
  top: number;
  /** Which row of the chart, counted from below. */
  floor: number;
}

function blockAt({ value, top, floor }: Cell): string {
  // who was there is seen, however small beside the others
  const filled = value === 0 ? 0 : Math.max(1, Math.round((value / top) * height * 8));
  return eighths[Math.min(Math.max(filled - floor * 8, 0), 8)] ?? " ";
}

function niceCeiling(value: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(value));
  const steps = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10].map((step) => step * magnitude);
  // even, so that half of it, the other label, is a whole number
  return steps.find((step) => step >= value && step % 2 === 0) ?? 2;
}

function dateLabels(days: readonly Bucket[], slot: number): { numbers: string; months: string } {
  const every = slot > minSlot ? 1 : 2;
  const numbers = days.map(({ date }, index) =>
    (index % every === 0 ? String(Number(date.slice(8))).padStart(2) : "").padEnd(slot),
  );
  let months = "";
  for (const [index, { date }] of days.entries()) {
    const isFirst = index === 0 || date.endsWith("-01");
    const room = index * slot - months.length;
    if (isFirst && room >= 0)
      months = `${months.padEnd(index * slot)}${formatDate(date, "month")} `;
  }
  return { numbers: numbers.join("").trimEnd(), months: months.trimEnd() };
}
