/** What repeated measurements of one thing were: the middle one, and how far they lie apart. */
export interface Spread {
  median: number;
  /** Only one in twenty was higher. */
  p95: number;
  lowest: number;
  highest: number;
  /** How many measurements. */
  runs: number;
}

/** @throws {RangeError} when there are no values */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    median: at(sorted, Math.floor((sorted.length - 1) / 2)),
    p95: at(sorted, Math.ceil(sorted.length * 0.95) - 1),
    lowest: at(sorted, 0),
    highest: at(sorted, sorted.length - 1),
    runs: sorted.length,
  };
}

/** As many things a second as so many in each of these milliseconds: the longest time is the lowest rate. */
export function ratesOf({ median, p95, lowest, highest, runs }: Spread, things: number): Spread {
  const rate = (ms: number): number => (1000 * things) / ms;
  return {
    median: rate(median),
    p95: rate(p95),
    lowest: rate(highest),
    highest: rate(lowest),
    runs,
  };
}

function at(sorted: readonly number[], index: number): number {
  const value = sorted[index];
  if (value === undefined) throw new RangeError("There are no measurements: give at least one.");
  return value;
}
