import type { PrunedRaw, PruneProgress } from "@headcount/core/contract";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useId, useState } from "react";
import type { PruneAnswer } from "../../server/settings/settings-answers.ts";
import { readSettings } from "./ask-settings.ts";
import { ComparedFigures } from "./compared-figures.tsx";
import { countOf, date, megabytes } from "./in-words.ts";
import { Outcome } from "./outcome.tsx";
import { StepsProgress } from "./steps-progress.tsx";
import { useSteps } from "./use-steps.ts";

const choices = [35, 60, 90, 180, 365];

/** Prunes page views of old months: what it would free first, then how far it is, then that every number stayed. */
export function KeepLess(): ReactNode {
  const [keepDays, setKeepDays] = useState(180);
  const choice = useId();
  const plan = useQuery({
    queryKey: ["settings", "prune", keepDays],
    queryFn: ({ signal }) => readSettings<PrunedRaw>(`prune?keep_days=${keepDays}`, { signal }),
    retry: false,
  });
  const { mutate, isPending, progress, data, error } = useSteps<PruneProgress, PruneAnswer>(
    "prune",
  );
  const views = plan.data?.pruned_views ?? 0;
  const failure = error ?? plan.error;
  return (
    <section className="panel settings-panel">
      <h2>Keep less</h2>
      <p className="muted">
        Deletes page views of old months, whole months only. Every number stays, for any range;
        lists of single visits begin later.
      </p>
      <div className="settings-row">
        <label htmlFor={choice}>Keep page views of the last</label>
        <select
          id={choice}
          className="field"
          value={keepDays}
          disabled={isPending}
          onChange={({ target }) => setKeepDays(Number(target.value))}
        >
          {choices.map((days) => (
            <option key={days} value={days}>
              {days} days
            </option>
          ))}
        </select>
      </div>
      <p aria-live="polite">{plan.data === undefined ? "Counting…" : planSentence(plan.data)}</p>
      {failure !== null && <p role="alert">{failure.message}</p>}
      {views > 0 && !isPending && (
        <button
          type="button"
          className="button button-primary"
          onClick={() => mutate({ keep_days: keepDays })}
        >
          Delete {countOf(views, "page view")}
        </button>
      )}
      {isPending && (
        <StepsProgress
          label="Pruning"
          beginning="Sealing the numbers…"
          done={progress?.pruned_views}
          of={progress?.prunable_views}
          one="page view"
        />
      )}
      {data && (
        <Outcome
          title={`${countOf(data.pruned.pruned_views, "page view")} deleted, from before ${date(data.pruned.sealed_before)}`}
        >
          <ComparedFigures {...data} />
          <p className="muted">Their room in the database is used by new page views.</p>
        </Outcome>
      )}
    </section>
  );
}

function planSentence(plan: PrunedRaw): string {
  const { pruned_views, sealed_before, freed_bytes, page_view_bytes, rollup_bytes } = plan;
  const before = date(sealed_before);
  if (pruned_views === 0) return `There are no page views from before ${before} to delete.`;
  const all = page_view_bytes + rollup_bytes;
  return `It would delete ${countOf(pruned_views, "page view")} from before ${before}, and free about ${megabytes(freed_bytes)} of ${megabytes(all)}.`;
}
