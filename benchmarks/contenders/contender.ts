import type { Answer, Question } from "../questions/question.ts";
import type { ContenderName } from "../results/contender-names.ts";

/** Somebody who answers the same questions on the same rows. */
export interface Contender {
  name: ContenderName;
  /** How this question is asked; undefined when there is no way. */
  asks: (question: Question) => (() => Promise<Answer>) | undefined;
  /** Whether its answer may be inexact: then the table says how far off it is, and not how long it took. */
  isInexact?: (question: Question) => boolean;
}
