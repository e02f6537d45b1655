import type { Step } from "../steps/steps-of.ts";
import type { RunContext } from "./run-context.ts";
import { runStep } from "./run-step.ts";

/** What this run applied together. */
export interface AppliedStep {
  /** Names of changes, `functions` and `attachments`, with commas between them. */
  name: string;
  duration_ms: number;
}

export async function runSteps(
  steps: readonly Step[],
  context: RunContext,
): Promise<AppliedStep[]> {
  const applied: AppliedStep[] = [];
  for (const [index, step] of steps.entries()) {
    const { name } = step;
    context.onProgress?.({ kind: "step_started", name, nth: index + 1, of: steps.length });
    const start = performance.now();
    await runStep(step, context);
    const duration_ms = Math.round(performance.now() - start);
    applied.push({ name, duration_ms });
    context.onProgress?.({ kind: "step_finished", name, duration_ms });
  }
  return applied;
}
