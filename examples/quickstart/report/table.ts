import type { Ink } from "./ink.ts";

export interface Column {
  title: string;
  /** Numbers stand to the right. @default "left" */
  align?: "left" | "right";
  /** Longer texts are cut. */
  width?: number;
  paint?: (text: string) => string;
}

export interface TableOptions {
  columns: readonly Column[];
  rows: readonly (readonly string[])[];
  /** A last row that sums up, set apart by a line. */
  summary?: readonly string[];
  ink: Ink;
}

const gap = "   ";

/** Sets rows in columns that are as wide as they need to be. */
export function table({ columns, rows, summary, ink }: TableOptions): string[] {
  const titles = columns.map(({ title }) => title);
  const everything = [titles, ...rows, ...(summary === undefined ? [] : [summary])];
  const widths = columns.map(({ width = 100 }, index) =>
    Math.min(width, Math.max(...everything.map((row) => row[index]?.length ?? 0))),
  );
  const cells = (row: readonly string[]): string[] =>
    columns.map(({ align }, index) => {
      const width = widths[index] ?? 0;
      const text = shorten(row[index] ?? "", width);
      return align === "right" ? text.padStart(width) : text.padEnd(width);
    });
  const painted = (row: readonly string[]): string =>
    cells(row)
      .map((cell, index) => columns[index]?.paint?.(cell) ?? cell)
      .join(gap)
      .trimEnd();

  const head = ink.faint(cells(titles).join(gap).trimEnd());
  const rule = ink.faint(
    "─".repeat(widths.reduce((sum, width) => sum + width + gap.length, -gap.length)),
  );
  const lines = [head, ...rows.map(painted)];
  return summary === undefined ? lines : [...lines, rule, painted(summary)];
}

function shorten(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}
