import { deepStrictEqual } from "node:assert";
import type { AnalyticsClient } from "@headcount/core";
import type { Entity } from "../questions/question.ts";
import type { EntityName } from "../results/measurement.ts";
import { showProgress } from "../show-progress.ts";
import { takeTurns } from "../timing/take-turns.ts";
import type { Cluster } from "./cluster.ts";
import { yearBefore } from "./equality.ts";

const entityNames = ["big", "typical"] as const satisfies EntityName[];

/** Asks one Postgres and the coordinator of all workers the same, in turns. */
export async function reads(cluster: Cluster): Promise<void> {
  const { sides, loaded, runs, record } = cluster;
  const [postgres, , workers] = sides;
  const entities = { big: loaded.bigEntity, typical: loaded.typicalEntity };
  for (const name of entityNames) {
    for (const [question, ask] of questionsOf(entities[name], loaded.date_to)) {
      showProgress(`reads, ${name} entity: ${question}`);
      const [expected, found] = await Promise.all([ask(postgres.client), ask(workers.client)]);
      deepStrictEqual(answerOf(found), answerOf(expected), `${question} of ${name} differs.`);
      const runners = [postgres, workers].map((side) => {
        return { name: side.name, run: () => ask(side.client) };
      });
      const cell = { part: "reads", question, entity: name, unit: "ms" } as const;
      for (const [contender, spread] of await takeTurns({
        runners,
        rounds: 6 * runs,
        warm: true,
      })) {
        record({ ...cell, contender, spread });
      }
    }
    showProgress(`reads, ${name} entity: done\n`);
  }
}

type Ask = (client: AnalyticsClient) => Promise<{ freshness: object }>;

function questionsOf(entity: Entity, date_to: string): [string, Ask][] {
  const year = { ...entity, date_from: yearBefore(date_to), date_to };
  return [
    ["365 daily points", (client) => client.getTimeSeries({ ...year, period: "daily" })],
    ["53 weekly points", (client) => client.getTimeSeries({ ...year, period: "weekly" })],
    ["20 visitors", (client) => client.getVisitors({ ...entity, limit: 20 })],
    ["hour by weekday, 365 days", (client) => client.getHeatMap(year)],
  ];
}

// How far was folded, and the refs of visitors, are an installation's own, and so are cursors.
function answerOf(answer: object): unknown {
  const own = new Set(["freshness", "ref", "next_cursor"]);
  return JSON.parse(JSON.stringify(answer), (key, value: unknown) => (own.has(key) ? null : value));
}
