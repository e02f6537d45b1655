import type { HourOfWeek } from "@headcount/core/contract";
import { weekNames } from "@headcount/core/present";

/** How strong an hour is drawn: one without visitors, and then in five steps up to the busiest. */
export const levels = [0.06, 0.2, 0.4, 0.6, 0.8, 1] as const;

const letter = 7;
const gap = 2;
const labelHeight = 22;
// how wide an hour's name may be, the longest being "12 AM"
const hourRoom = 44;

/** The hours of the week measured out in pixels: a row for each day. */
export interface WeekLayout {
  width: number;
  height: number;
  left: number;
  weekdayLabels: readonly { y: number; label: string }[];
  hourLabels: readonly { x: number; label: string }[];
  /** The outline of an hour. */
  cell: (index: number) => string;
  /** Those of all hours of a level. */
  cellsOf: (level: number) => string;
  /** Which hour is at a point. */
  hourAt: (x: number, y: number) => number | undefined;
  /** Where its numbers are shown: beside it. */
  tipPlace: (index: number) => { left?: number; right?: number };
}

export interface WeekLayoutOptions {
  week: readonly HourOfWeek[];
  width: number;
  height: number;
  locale: string | undefined;
}

/** Finds out where everything of a week goes. */
export function layOutWeek({ week, width, height, locale }: WeekLayoutOptions): WeekLayout {
  const { weekdays, hours } = weekNames({ locale });
  const left = Math.max(...weekdays.map((name) => name.length)) * letter + 12;
  const column = (width - left) / 24;
  const row = (height - labelHeight) / 7;
  const x = (index: number): number => left + (index % 24) * column;
  const cell = (index: number): string => {
    const y = Math.floor(index / 24) * row;
    return `M${at(x(index))} ${at(y)}h${at(column - gap)}v${at(row - gap)}h${at(gap - column)}z`;
  };
  const busiest = Math.max(...week.map(({ visitors_per_hour }) => visitors_per_hour ?? 0));
  const levelOf = ({ visitors_per_hour }: HourOfWeek): number | undefined =>
    visitors_per_hour === null
      ? undefined
      : Math.ceil((visitors_per_hour / (busiest || 1)) * (levels.length - 1));
  const every = [1, 2, 3, 6, 12].find((step) => step * column >= hourRoom) ?? 12;
  return {
    width,
    height,
    left,
    weekdayLabels: weekdays.map((label, day) => ({ y: (day + 0.5) * row, label })),
    hourLabels: hours
      .map((label, hour) => ({ x: x(hour), label, hour }))
      .filter(({ hour }) => hour % every === 0),
    cell,
    cellsOf: (level) =>
      week.map((hour, index) => (levelOf(hour) === level ? cell(index) : "")).join(""),
    hourAt(pointX, pointY) {
      const hour = Math.floor((pointX - left) / column);
      const day = Math.floor(pointY / row);
      return hour < 0 || hour > 23 || day < 0 || day > 6 ? undefined : day * 24 + hour;
    },
    tipPlace: (index) =>
      x(index) < width / 2 ? { left: x(index) + column + 8 } : { right: width - x(index) + 8 },
  };
}

function at(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
