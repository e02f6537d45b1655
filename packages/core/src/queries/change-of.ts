import type { ValueMeasures } from "../contract/breakdown.ts";
import type { MeasureChange } from "../contract/change.ts";
import type { Measures } from "../contract/measures.ts";

/** How the measures changed from what they were before. */
export function changeOf<Of extends Measures | ValueMeasures>(
  current: Of,
  previous: Of,
): Record<keyof Of, MeasureChange> {
  const changes = Object.entries(current).map(([name, value]) => {
    const before = previous[name as keyof Of] as number | null;
    return [name, measureChange(value as number | null, before, name === "bounce_rate")];
  });
  return Object.fromEntries(changes) as Record<keyof Of, MeasureChange>;
}

function measureChange(
  current: number | null,
  previous: number | null,
  isRate: boolean,
): MeasureChange {
  if (current === null || previous === null) {
    return { current, previous, absolute: null, percent: null };
  }
  // in hundredths, which are whole: measures have two decimals
  const [now, before] = [Math.round(100 * current), Math.round(100 * previous)];
  const percent = isRate || before === 0 ? null : halfUp((1000 * (now - before)) / before) / 10;
  return { current, previous, absolute: (now - before) / 100, percent };
}

// away from zero, as Postgres rounds
function halfUp(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value)) + 0;
}
