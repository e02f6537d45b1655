import { deepStrictEqual } from "node:assert";
import type { Bench } from "../bench.ts";
import { readQuestions } from "../questions/read-questions.ts";
import { entityNames } from "../results/measurement.ts";

const checked = /^(365 daily points with totals|top 100 visitors, (all time|90 days))$/;

/** Compares the client's answers with those of raw SQL once more, after something changed. */
export async function assertRight({ contenders, entities, loaded }: Bench): Promise<void> {
  const headcount = contenders.find(({ name }) => name === "headcount");
  const raw = contenders.find(({ name }) => name === "raw");
  for (const entity of entityNames) {
    const asked = { entity: entities[entity], date_to: loaded.date_to };
    for (const { name, question } of readQuestions(asked)) {
      if (!checked.test(name)) continue;
      const [ours, theirs] = [await headcount?.asks(question)?.(), await raw?.asks(question)?.()];
      deepStrictEqual(ours, theirs, `the answer went wrong: ${name}, ${entity} entity`);
    }
  }
}
