import type { Measurement } from "../results/measurement.ts";

/** A median with its spread, and how many times that of the first contender it is: `1,477 (1,401–1,520) 360×`. */
export function cellText(cell: Measurement, first: Measurement | undefined): string {
  const { spread, note } = cell;
  if (spread === null) return note ?? "";
  const { median, lowest, highest, runs } = spread;
  const parts = [numberText(median)];
  if (runs > 1) parts.push(`(${numberText(lowest)}–${numberText(highest)})`);
  if (first !== undefined && first !== cell && first.spread !== null && first.spread.median > 0) {
    parts.push(ratioText(median / first.spread.median));
  }
  if (note !== undefined) parts.push(note);
  return parts.join(" ");
}

/** Three digits that count, or more when the number is bigger. */
export function numberText(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

function ratioText(ratio: number): string {
  return `${ratio.toLocaleString("en-US", { maximumSignificantDigits: ratio >= 100 ? 3 : 2 })}×`;
}
