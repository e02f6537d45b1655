import type { Entity } from "@headcount/core/contract";
import {
  Analytics,
  Cards,
  Chart,
  PagesTable,
  RangePicker,
  TopPages,
  VisitorList,
  WhereFrom,
} from "@headcount/react-ui";
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { SessionAnswer } from "../../server/session-answer.ts";
import { historyDays, slots } from "./plan.tsx";
import { writeRange } from "./range-in-address.ts";
import { useTitle } from "./use-title.ts";
import { dimensions, type ViewState, writeEntity } from "./use-view-state.ts";

export interface AllPagesProps {
  ownerId: string;
  pages: SessionAnswer["pages"];
  state: ViewState;
  plan: "free" | "pro";
  onChange: (change: Partial<ViewState>) => void;
}

/** How many viewed any of the owner's pages, each of them counted once, and how many viewed each page. */
export function AllPages({ ownerId, pages, state, plan, onChange }: AllPagesProps): ReactNode {
  useTitle("All pages");
  const { range, period, tab, breakdown, filter } = state;
  const entities = pages.map((page) => {
    const query = new URLSearchParams({ entity: writeEntity(page), range: writeRange(range) });
    return { ...page, title: <Link href={`/?${query}`}>{page.title}</Link> };
  });
  const titles = new Map<string | null, string>(pages.map((page) => [page.entity_id, page.title]));
  const nameOf = ({ entity_id }: Entity) => ({ title: titles.get(entity_id) });
  const shared = {
    range,
    historyDays: historyDays[plan],
    slots,
    // the routes refuse it on Free, which shows nothing that was before
    compare: plan === "pro",
    live: 3_000,
  } as const;
  const owner = { level: "owner", owner_id: ownerId } as const;
  return (
    <Analytics
      {...shared}
      of={owner}
      onRangeChange={(changed) => onChange({ range: changed })}
      period={period}
      onPeriodChange={(changed) => onChange({ period: changed })}
    >
      <h1>All pages</h1>
      <RangePicker />
      <Cards />
      <PagesTable {...shared} entities={entities} classNames={{ pages: "panel" }} />
      <Chart tab={tab} onTabChange={(changed) => onChange({ tab: changed })} />
      <WhereFrom
        dimensions={dimensions}
        breakdown={breakdown}
        onBreakdownChange={(changed) => onChange({ breakdown: changed })}
      />
      <TopPages
        {...shared}
        of={owner}
        page={nameOf}
        sorts={["trending", "unique_visitors", "unique_accounts"]}
        limit={5}
      />
      <VisitorList
        page={nameOf}
        locked={plan === "free"}
        filter={filter}
        onFilterChange={(changed) => onChange({ filter: changed })}
      />
    </Analytics>
  );
}
