import type { Ink } from "./ink.ts";

export interface Column {
  title: string;
  /** Numbers stand to the right. @default "left" */
  align?: "left" | "right";
  /** Longer texts are cut. */
  width?: number;
  /** What becomes of it where the table is too wide: it is cut further, or left out. */
  whenTight?: "cut" | "leave out";
  paint?: (text: string) => string;
}

export interface TableOptions {
  columns: readonly Column[];
  rows: readonly (readonly string[])[];
  /** A last row that sums up, set apart by a line. */
  summary?: readonly string[];
  ink: Ink;
  /** How many characters a line may have. */
  width: number;
}

const minText = 8;

/** Sets rows in columns that are as wide as they need to be, and no wider than there is room for. */
export function table({ columns, rows, summary, ink, width }: TableOptions): string[] {
  const titles = columns.map(({ title }) => title);
  const everything = [titles, ...rows, ...(summary === undefined ? [] : [summary])];
  const needed = columns.map((column, index): Fitted => {
    const longest = Math.max(...everything.map((row) => row[index]?.length ?? 0));
    return { ...column, index, width: Math.min(column.width ?? 100, longest) };
  });
  const { shown, gap } = fit(needed, width);
  const line = (row: readonly string[], isPainted: boolean): string =>
    shown
      .map((column) => {
        const text = shorten(row[column.index] ?? "", column.width);
        const cell =
          column.align === "right" ? text.padStart(column.width) : text.padEnd(column.width);
        return isPainted ? (column.paint?.(cell) ?? cell) : cell;
      })
      .join(gap)
      .trimEnd();

  const lines = [ink.faint(line(titles, false)), ...rows.map((row) => line(row, true))];
  if (summary === undefined) return lines;
  return [...lines, ink.faint("─".repeat(widthOf(shown, gap))), line(summary, true)];
}

interface Fitted extends Column {
  /** Which of the cells of a row. */
  index: number;
  width: number;
}

interface Fit {
  shown: Fitted[];
  gap: string;
}

function fit(columns: Fitted[], width: number): Fit {
  if (widthOf(columns, "   ") <= width) return { shown: columns, gap: "   " };
  const gap = "  ";
  let shown = columns;
  for (const column of columns) {
    if (widthOf(shown, gap) <= width) break;
    if (column.whenTight === "leave out") shown = shown.filter((one) => one !== column);
  }
  // the widest column gives up most of its width
  for (let excess = widthOf(shown, gap) - width; excess > 0; excess--) {
    const cut = shown.filter((one) => one.whenTight === "cut" && one.width > minText);
    const longest = cut.toSorted((one, other) => other.width - one.width)[0];
    if (longest === undefined) break;
    shown = shown.map((one) => (one === longest ? { ...one, width: one.width - 1 } : one));
  }
  return { shown, gap };
}

function widthOf(columns: readonly Fitted[], gap: string): number {
  return columns.reduce((sum, { width }) => sum + width + gap.length, -gap.length);
}

function shorten(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}
