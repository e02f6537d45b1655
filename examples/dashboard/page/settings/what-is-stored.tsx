import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { StoredAnswer } from "../../server/settings/settings-answers.ts";
import { readSettings } from "./ask-settings.ts";
import { count, date, megabytes } from "./in-words.ts";
import { totalViews } from "./total-views.ts";

/** How much is stored, since when, and how much of it is sealed, and who was forgotten. */
export function WhatIsStored(): ReactNode {
  const { data, error } = useQuery({
    queryKey: ["settings", "stored"],
    queryFn: ({ signal }) => readSettings<StoredAnswer>("stored", { signal }),
    retry: false,
  });
  return (
    <section className="panel settings-panel">
      <h2>What is stored</h2>
      {error !== null && <p role="alert">{error.message}</p>}
      {/* their place is kept until there is an answer, so that nothing moves then */}
      <dl className="settings-facts numbers">
        {facts(data).map(([name, value]) => (
          <div key={name}>
            <dt className="muted">{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className="muted">
        Page views are single visits, with their time and where they came from. Rollups are the
        numbers of each page and day, and who came on which day.
      </p>
    </section>
  );
}

const unknown = "…";

function facts(stored: StoredAnswer | undefined): [name: string, value: string][] {
  const retention = stored?.retention;
  const known = <Value,>(value: Value | undefined, write: (value: Value) => string): string =>
    value === undefined ? unknown : write(value);
  const [oldest = null] = stored?.pages.flatMap((page) => page.first_view ?? []).toSorted() ?? [];
  return [
    ["Views counted", known(stored?.pages, (pages) => count(totalViews(pages)))],
    ["Oldest view", known(stored, () => (oldest === null ? "None" : date(oldest)))],
    [
      "Page views kept",
      known(retention?.sealed_before, (from) => (from === null ? "All" : `From ${date(from)}`)),
    ],
    [
      "Sealed months",
      known(retention, ({ sealed_months, sealed_views }) =>
        sealed_months === 0 ? "None" : `${count(sealed_months)} with ${count(sealed_views)} views`,
      ),
    ],
    [
      "Visitors forgotten",
      known(retention?.new_since, (since) => (since === null ? "None" : `Before ${date(since)}`)),
    ],
    ["Size of page views", known(retention?.page_view_bytes, megabytes)],
    ["Size of rollups", known(retention?.rollup_bytes, megabytes)],
    ["Waiting to be folded", known(stored?.pending_changes, count)],
  ];
}
