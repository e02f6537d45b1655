import type { ErasedPerson } from "@headcount/core/contract";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useId, useState } from "react";
import type { EraseAnswer } from "../../server/settings/settings-answers.ts";
import { Icon } from "../controls/icon.tsx";
import { readSettings } from "./ask-settings.ts";
import { ComparedFigures } from "./compared-figures.tsx";
import { countOf } from "./in-words.ts";
import { Outcome } from "./outcome.tsx";

interface Account {
  id: string;
  name: string;
}

const nobody: Account = { id: "", name: "" };

/** Erases an account, or makes it anonymous: what there is of it first, to be counted and taken along, then the receipt. */
export function EraseSomebody(): ReactNode {
  const [account, setAccount] = useState(nobody);
  const accounts = useQuery({
    queryKey: ["settings", "accounts"],
    queryFn: ({ signal }) => readSettings<Account[]>("accounts", { signal }),
    retry: false,
  });
  const choice = useId();
  return (
    <section className="panel settings-panel">
      <h2>Erase somebody</h2>
      <p className="muted">
        Takes an account with its sessions and browsers. This can't be undone.
      </p>
      <div className="settings-row">
        <label htmlFor={choice}>Account</label>
        <select
          id={choice}
          className="field"
          value={account.id}
          onChange={({ target }) =>
            setAccount(accounts.data?.find(({ id }) => id === target.value) ?? nobody)
          }
        >
          <option value={nobody.id}>Choose an account</option>
          {accounts.data?.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </div>
      {accounts.error !== null && <p role="alert">{accounts.error.message}</p>}
      {account !== nobody && <OnePerson key={account.id} {...account} />}
    </section>
  );
}

function OnePerson({ id, name }: Account): ReactNode {
  const queryClient = useQueryClient();
  const [keepCounts, setKeepCounts] = useState(false);
  const choice = useId();
  const stored = useQuery({
    queryKey: ["settings", "person", id],
    queryFn: ({ signal }) => readSettings<ErasedPerson>(`person?account_id=${id}`, { signal }),
    retry: false,
  });
  const erasing = useMutation({
    mutationFn: () =>
      readSettings<EraseAnswer>("erase", { body: { account_id: id, keep_counts: keepCounts } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["settings"] }),
  });
  const failure = erasing.error ?? stored.error;
  const views = viewsOf(stored.data);
  return (
    <>
      <p aria-live="polite">
        {stored.data === undefined ? "Counting…" : storedSentence(name, stored.data)}
      </p>
      {failure !== null && <p role="alert">{failure.message}</p>}
      {views > 0 && (
        <>
          <a className="button" href={`/api/settings/person.jsonl?account_id=${id}`} download>
            <Icon name="download" />
            Download it (JSON lines)
          </a>
          <fieldset className="settings-choices">
            <legend className="visually-hidden">What happens to the page views</legend>
            {ways.map(({ keeps, label, about }) => (
              <label key={label}>
                <input
                  type="radio"
                  name={choice}
                  checked={keepCounts === keeps}
                  onChange={() => setKeepCounts(keeps)}
                />
                <span>
                  <strong>{label}</strong> <span className="muted">{about}</span>
                </span>
              </label>
            ))}
          </fieldset>
          <button
            type="button"
            className="button button-primary"
            disabled={erasing.isPending}
            onClick={() => erasing.mutate()}
          >
            {keepCounts ? `Make ${name} anonymous` : `Erase ${name}`}
          </button>
        </>
      )}
      {erasing.data && (
        <Outcome title={doneSentence(name, erasing.data.erased)}>
          <p>
            Receipt <code>{erasing.data.erased.receipt}</code>: keep it with the request.
          </p>
          <ComparedFigures {...erasing.data} />
          <p className="muted">
            The account itself, other tables of the host and backups are not touched.
          </p>
        </Outcome>
      )}
    </>
  );
}

const ways = [
  { keeps: false, label: "Erase.", about: "Page views are deleted, and numbers go down." },
  {
    keeps: true,
    label: "Make anonymous.",
    about: "Numbers stay, and nothing says who it was.",
  },
];

function viewsOf({ erased_views, anonymised_views }: Views = noViews): number {
  return erased_views + anonymised_views;
}

type Views = Pick<ErasedPerson, "erased_views" | "anonymised_views">;
const noViews: Views = { erased_views: 0, anonymised_views: 0 };

function storedSentence(name: string, stored: ErasedPerson): string {
  const views = viewsOf(stored);
  if (views === 0) return `Nothing is stored about ${name}.`;
  const pruned = stored.anonymised_views;
  const rest = pruned > 0 ? `, ${countOf(pruned, "view")} of them pruned and only counted` : "";
  return `Stored about ${name}: ${countOf(views, "view")} of ${countOf(stored.entities, "page")} in ${countOf(stored.sessions, "session")}${rest}.`;
}

function doneSentence(name: string, { erased_views, anonymised_views }: ErasedPerson): string {
  const done = [
    ...(erased_views > 0 ? [`${countOf(erased_views, "page view")} erased`] : []),
    ...(anonymised_views > 0 ? [`${countOf(anonymised_views, "view")} made anonymous`] : []),
  ];
  return `${name}: ${done.join(", ") || "nothing was left to erase"}`;
}
