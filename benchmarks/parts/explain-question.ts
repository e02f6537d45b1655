import type { Bench } from "../bench.ts";
import { headcountClient } from "../contenders/headcount-client.ts";
import type { NamedQuestion } from "../questions/read-questions.ts";
import { explainCall } from "../server/explain-query.ts";

/** Keeps the plans of what the client asks Postgres to answer this question. */
export async function explainQuestion(
  { pool, explain }: Bench,
  { name, question }: NamedQuestion,
): Promise<void> {
  const plans = await explainCall(pool.options, async (client) => {
    await headcountClient(client).asks(question)?.();
  });
  for (const plan of plans) explain({ question: name, plan });
}
