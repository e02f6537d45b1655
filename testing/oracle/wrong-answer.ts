import { isDeepStrictEqual } from "node:util";
import type { EntityQuestion } from "./entity-question.ts";

/** An answer that is not the oracle's. */
export interface WrongAnswer {
  asked: string;
  question: EntityQuestion;
  expected: unknown;
  answered: unknown;
}

/** Compares answers by their names: an empty list when all are as expected. */
export function wrongAnswers(
  question: EntityQuestion,
  expected: Record<string, unknown>,
  answered: Record<string, unknown>,
): WrongAnswer[] {
  return Object.entries(expected)
    .filter(([asked, answer]) => !isDeepStrictEqual(answered[asked], answer))
    .map(([asked, answer]) => ({ asked, question, expected: answer, answered: answered[asked] }));
}
