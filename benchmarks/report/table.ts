/** What a run measured, as rows of text. */
export interface Table {
  title: string;
  head: readonly string[];
  rows: readonly (readonly string[])[];
}

interface Pivot<Cell> {
  title: string;
  cells: readonly Cell[];
  /** The row that a cell is in. */
  rowOf: (cell: Cell) => string;
  columns: readonly Column<Cell>[];
}

/** What a column says of the cells of a row. One that never says anything is left out. */
export interface Column<Cell> {
  head: string;
  textOf: (row: readonly Cell[]) => string;
}

/** A row for each name that cells give it, in the order of the cells. */
export function pivot<Cell>({ title, cells, rowOf, columns }: Pivot<Cell>): Table {
  const rows = [...Map.groupBy(cells, rowOf)];
  const written = columns
    .map(({ head, textOf }) => ({ head, texts: rows.map(([, row]) => textOf(row)) }))
    .filter(({ texts }) => texts.some((text) => text !== ""));
  return {
    title,
    head: ["", ...written.map(({ head }) => head)],
    rows: rows.map(([name], index) => [name, ...written.map(({ texts }) => texts[index] ?? "")]),
  };
}

/** A table in Markdown: the first column to the left, the others to the right. */
export function markdownOf({ head, rows }: Omit<Table, "title">): string {
  const rule = head.map((_, column) => (column === 0 ? ":--" : "--:"));
  return [head, rule, ...rows]
    .map((row) => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");
}

/** A table for the terminal. */
export function plainTextOf({ title, head, rows }: Table): string {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? "").length)),
  );
  const line = (row: readonly string[]): string =>
    widths
      .map((width, column) => {
        const cell = row[column] ?? "";
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join("   ")
      .trimEnd();
  const rule = "─".repeat(widths.reduce((sum, width) => sum + width + 3, -3));
  return ["", title, line(head), rule, ...rows.map(line)].join("\n");
}

/** Three digits that count, or more when the number is bigger. */
export function numberText(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

export function countText(count: number): string {
  return count.toLocaleString("en-US");
}

export function ratioText(ratio: number): string {
  return `${ratio.toLocaleString("en-US", { maximumSignificantDigits: ratio >= 100 ? 3 : 2 })}×`;
}

/** 100 k, 1 M, 10 M. */
export function sizeText(size: number): string {
  return size >= 1_000_000 ? `${size / 1_000_000} M` : `${size / 1_000} k`;
}

export function pairsText(record: Readonly<Record<string, string>>, sign: string): string {
  return Object.entries(record)
    .map(([name, value]) => `${name}${sign}${value}`)
    .join(", ");
}
