import { PagesTable } from "@headcount/react-ui";
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { SessionAnswer } from "../../server/session-answer.ts";
import { historyDays, slots } from "./plan.tsx";
import { writeRange } from "./range-in-address.ts";
import { useTitle } from "./use-title.ts";
import { type ViewState, writeEntity } from "./use-view-state.ts";

export interface AllPagesProps {
  pages: SessionAnswer["pages"];
  state: ViewState;
  plan: "free" | "pro";
  onChange: (change: Partial<ViewState>) => void;
}

/** How many viewed each of the owner's pages. */
export function AllPages({ pages, state, plan, onChange }: AllPagesProps): ReactNode {
  useTitle("All pages");
  const { range } = state;
  const entities = pages.map((page) => {
    const query = new URLSearchParams({ entity: writeEntity(page), range: writeRange(range) });
    return { ...page, title: <Link href={`/?${query}`}>{page.title}</Link> };
  });
  return (
    <>
      <h1 className="all-pages-heading">All pages</h1>
      <PagesTable
        entities={entities}
        range={range}
        onRangeChange={(changed) => onChange({ range: changed })}
        historyDays={historyDays[plan]}
        slots={slots}
        // the routes refuse it on Free, which shows nothing that was before
        compare={plan === "pro"}
        together
        live={3_000}
        classNames={{ pages: "panel" }}
      />
    </>
  );
}
