const widths = [36, 10, 18, 9, 18, 8];

/** The columns of the table: what was asked, then our and raw medians with their spreads, and the ratio. */
export const tableHeader: readonly string[] = [
  "rollups ms",
  "(fastest–slowest)",
  "raw ms",
  "(fastest–slowest)",
  "ratio",
];

/** One line of the table: the first cell to the left, numbers to the right. */
export function tableRow(cells: readonly string[]): string {
  return cells
    .map((cell, column) => {
      const width = widths[column] ?? cell.length;
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    })
    .join("  ");
}

/** The line below the header. */
export function tableRule(): string {
  return tableRow(widths.map((width) => "─".repeat(width)));
}
