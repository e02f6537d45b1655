import type { Progress } from "../../quickstart/progress.ts";

/** Progress that nobody watches. */
export const silent: Progress = {
  step: (_label, work) => work(() => undefined),
};
