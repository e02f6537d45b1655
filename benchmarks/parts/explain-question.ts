import type { Bench } from "../bench.ts";
import { headcountClient } from "../contenders/headcount-client.ts";
import type { NamedQuestion } from "../questions/read-questions.ts";
import { explainCall } from "../server/explain-call.ts";

/** Keeps the plans of what the client asks Postgres to answer this question. */
export async function explainQuestion(
  { pool, explain }: Bench,
  { name, question }: NamedQuestion,
): Promise<void> {
  const statements = await explainCall(pool.options, async (client) => {
    await headcountClient(client).asks(question)?.();
  });
  for (const statement of statements) explain({ question: name, ...statement });
}
