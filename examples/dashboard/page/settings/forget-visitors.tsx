import type { ForgetProgress, ForgettableKind, ForgottenVisitors } from "@headcount/core/contract";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useId, useState } from "react";
import type { ForgetAnswer } from "../../server/settings/settings-answers.ts";
import { readSettings } from "./ask-settings.ts";
import { ComparedFigures } from "./compared-figures.tsx";
import { countOf, date, list } from "./in-words.ts";
import { Outcome } from "./outcome.tsx";
import { StepsProgress } from "./steps-progress.tsx";
import { useSteps } from "./use-steps.ts";

const kinds: [kind: ForgettableKind, name: string][] = [
  ["anonymous", "Anonymous visitors"],
  ["account", "Accounts"],
  ["all", "Everybody"],
];
const choices = [35, 60, 90, 180, 365];

/** Forgets who didn't come for long: whom it would be first, then that every number stayed. */
export function ForgetVisitors(): ReactNode {
  const [kind, setKind] = useState<ForgettableKind>("anonymous");
  const [inactiveDays, setInactiveDays] = useState(180);
  const kindChoice = useId();
  const daysChoice = useId();
  const plan = useQuery({
    queryKey: ["settings", "forget", kind, inactiveDays],
    queryFn: ({ signal }) =>
      readSettings<ForgottenVisitors>(`forget?kind=${kind}&inactive_days=${inactiveDays}`, {
        signal,
      }),
    retry: false,
  });
  const { mutate, isPending, progress, data, error } = useSteps<ForgetProgress, ForgetAnswer>(
    "forget",
  );
  const failure = error ?? plan.error;
  const hasSomebody = plan.data !== undefined && peopleOf(plan.data) !== "";
  return (
    <section className="panel settings-panel">
      <h2>Forget visitors</h2>
      <p className="muted">
        Makes anonymous who didn't come for long, with their sessions and browsers. Every number
        stays; who comes back is new. This can't be undone.
      </p>
      <div className="settings-row">
        <div className="settings-row">
          <label htmlFor={kindChoice}>Forget</label>
          <select
            id={kindChoice}
            className="field"
            value={kind}
            disabled={isPending}
            onChange={({ target }) => setKind(target.value as ForgettableKind)}
          >
            {kinds.map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        </div>
        <div className="settings-row">
          <label htmlFor={daysChoice}>not seen for</label>
          <select
            id={daysChoice}
            className="field"
            value={inactiveDays}
            disabled={isPending}
            onChange={({ target }) => setInactiveDays(Number(target.value))}
          >
            {choices.map((days) => (
              <option key={days} value={days}>
                {days} days
              </option>
            ))}
          </select>
        </div>
      </div>
      <p aria-live="polite">{plan.data === undefined ? "Counting…" : planSentence(plan.data)}</p>
      {failure !== null && <p role="alert">{failure.message}</p>}
      {hasSomebody && !isPending && (
        <button
          type="button"
          className="button button-primary"
          onClick={() => mutate({ kind, inactive_days: inactiveDays })}
        >
          Forget them
        </button>
      )}
      {isPending && (
        <StepsProgress
          label="Forgetting"
          beginning="Forgetting…"
          done={progress?.anonymised_views}
          of={plan.data?.anonymised_views}
          one="view"
        />
      )}
      {data && <Forgotten {...data} />}
    </section>
  );
}

function Forgotten({ forgotten, before, after }: ForgetAnswer): ReactNode {
  return (
    <Outcome title={`${peopleOf(forgotten) || "Nobody"} forgotten`}>
      <p>
        Receipt <code>{forgotten.receipt}</code>: nothing else says who it was.
      </p>
      <ComparedFigures before={before} after={after} />
      <p className="muted">
        Where new and returning visitors are shown, owners read that some who last came before{" "}
        {date(forgotten.new_since)} count as new.
      </p>
    </Outcome>
  );
}

function planSentence(plan: ForgottenVisitors): string {
  const since = date(plan.new_since);
  const people = peopleOf(plan);
  if (people === "") return `There is nobody to forget: all of them were seen since ${since}.`;
  return `It would forget ${people}, last seen before ${since}. Their ${countOf(plan.anonymised_views, "view")} stay counted.`;
}

type People = Pick<ForgottenVisitors, "accounts" | "visitor_ids" | "sessions">;

function peopleOf({ accounts, visitor_ids, sessions }: People): string {
  return list([
    ...(accounts > 0 ? [countOf(accounts, "account")] : []),
    ...(visitor_ids > 0 ? [countOf(visitor_ids, "browser")] : []),
    ...(sessions > 0 ? [countOf(sessions, "session")] : []),
  ]);
}
