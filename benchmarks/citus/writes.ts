import { pageViewId } from "../../testing/traffic/load-page-views.ts";
import { showProgress } from "../show-progress.ts";
import { takeTurns } from "../timing/take-turns.ts";
import type { Cluster } from "./cluster.ts";

const insert = `insert into page_views (id, entity_type, entity_id, session_id, viewed_at)
  values ($1, $2, $3, gen_random_uuid(), $4::timestamptz)`;

/** How long one view takes to be inserted, with capture. What is written is not the same on both any more. */
export async function writes({ sides, loaded, runs, takeRows, record }: Cluster): Promise<void> {
  const [postgres, , workers] = sides;
  const { entity_type, entity_id } = loaded.typicalEntity;
  showProgress("writes");
  const runners = [postgres, workers].map(({ name, pool }) => ({
    name,
    run: () =>
      pool.query(insert, [
        pageViewId(takeRows(1)),
        entity_type,
        entity_id,
        `${loaded.date_to} 12:00:00+00`,
      ]),
  }));
  const cell = { part: "writes", question: "one view", entity: null, unit: "ms" } as const;
  for (const [contender, spread] of await takeTurns({ runners, rounds: 20 * runs, warm: true })) {
    record({ ...cell, contender, spread });
  }
  showProgress("writes: done\n");
}
