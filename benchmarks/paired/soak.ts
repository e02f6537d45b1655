import { readsUnderLoad, type Soaked, soakInTurns, stagingOf } from "../parts/soak.ts";
import { type StagedViews, stageViews } from "../parts/staged-views.ts";
import { countPending, foldToEmpty } from "./fold-to-empty.ts";
import { type Pair, timeOfCall } from "./pair.ts";
import type { Side } from "./side.ts";

/** Puts both under a steady load, in turns. */
export async function soak(pair: Pair): Promise<void> {
  const { size, shape, takeRows, load } = pair;
  const staging = stagingOf(load);
  const first = takeRows(staging.portions * staging.views);
  const soaked: Soaked[] = [];
  await pair.setAutovacuum(true);
  for (const side of pair.sides) {
    await foldToEmpty(side);
    const staged = await stageViews(
      { pool: side.pool, size, shape, takeRows: () => first },
      staging,
    );
    soaked.push(soakedSide(pair, side, staged));
  }
  await soakInTurns(soaked, pair);
  await pair.setAutovacuum(false);
  for (const side of pair.sides) await foldToEmpty(side);
}

function soakedSide({ entities }: Pair, side: Side, staged: StagedViews): Soaked {
  const { name: contender, pool, driver } = side;
  const { series, visitors } = readsUnderLoad(entities.big, staged);
  return {
    contender,
    pool,
    staged,
    read: async () =>
      (await timeOfCall(side, { method: "getTimeSeries", query: series })) +
      (await timeOfCall(side, { method: "getVisitors", query: visitors })),
    countPending: () => countPending(side),
    startFolding: async () => {
      await driver.perform({ call: "start_folding", options: {} });
      return { stop: () => driver.perform({ call: "stop_folding" }) };
    },
  };
}
