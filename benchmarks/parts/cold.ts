import { AnalyticsClient } from "@headcount/core";
import { Pool } from "pg";
import type { Bench } from "../bench.ts";
import { headcountClient } from "../contenders/headcount-client.ts";
import { rawSql } from "../contenders/raw-sql.ts";
import { readQuestions } from "../questions/read-questions.ts";
import { takeTurns } from "../timing/take-turns.ts";

/** How long the first call takes: nothing is connected, and the client has not seen the installation yet. */
export async function cold({ pool, loaded, entities, runs, record }: Bench): Promise<void> {
  const asked = { entity: entities.typical, date_to: loaded.date_to };
  const question = readQuestions(asked).find(({ name }) =>
    name.endsWith("daily points with totals"),
  );
  if (question === undefined) return;

  const onNewPool = (run: (fresh: Pool) => Promise<unknown>) => async (): Promise<void> => {
    const fresh = new Pool(pool.options);
    fresh.on("error", () => undefined);
    await run(fresh);
    await fresh.end();
  };
  const runners = [
    {
      name: "headcount",
      run: onNewPool(async (fresh) => {
        await using client = new AnalyticsClient({ pool: fresh });
        await headcountClient(client).asks(question.question)?.();
      }),
    },
    { name: "raw", run: onNewPool(async (fresh) => rawSql(fresh).asks(question.question)?.()) },
    { name: "limit", run: onNewPool((fresh) => fresh.query("select 1")) },
  ] as const;
  const name = "first call on a new pool: 365 daily points with totals";
  for (const [contender, spread] of await takeTurns({ runners, rounds: 2 * runs })) {
    record({ part: "cold", question: name, entity: "typical", contender, unit: "ms", spread });
  }
}
