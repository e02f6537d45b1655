import { measureWritings, openWriter } from "../parts/writes.ts";
import type { Measurement } from "../results/measurement.ts";
import { spreadOf } from "../timing/spread.ts";
import type { Pair } from "./pair.ts";

const off = ", triggers off";

/** How many views a second each can write, with capture and with its triggers off. What was written stays. */
export async function capture({ sides, runs, record }: Pair): Promise<void> {
  await using cleanUp = new AsyncDisposableStack();
  const writers = [];
  for (const { name: contender, pool } of sides) {
    const uncaptured = { contender, triggers: false, how: off };
    writers.push(cleanUp.use(await openWriter(pool, { contender })));
    writers.push(cleanUp.use(await openWriter(pool, uncaptured)));
  }
  const rates: Measurement[] = [];
  const keep = (rate: Measurement): void => void rates.push(rate);
  await measureWritings({ runs, record: keep }, { part: "capture", writers });

  for (const captured of rates) {
    record(captured);
    const { contender, question, spread } = captured;
    const without = rates.find((rate) => {
      return rate.contender === contender && rate.question === `${question}${off}`;
    });
    if (!spread || !without?.spread) continue;
    const cost = spreadOf([100 * (without.spread.median / spread.median - 1)]);
    record({ ...captured, question: `${question}: cost of capture`, unit: "%", spread: cost });
  }
}
