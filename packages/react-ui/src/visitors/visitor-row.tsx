import { formatMeasure } from "@headcount/core/present";
import { type ReactNode, useId, useState } from "react";
import { useAnalyticsView } from "../analytics/analytics-context.ts";
import { Icon } from "../controls/icon.tsx";
import { Avatar } from "./avatar.tsx";
import { formatVisit } from "./format-visit.ts";
import { VisitList, type VisitListProps } from "./visit-list.tsx";
import { visitorDetail } from "./visitor-detail.ts";

/** One visitor; pressed, it shows the latest visits. */
export function VisitorRow({ visitor, page }: VisitListProps): ReactNode {
  const { messages, locale, timeZone, classes } = useAnalyticsView();
  const [isOpen, setIsOpen] = useState(false);
  const visitsId = useId();
  const words = messages.visitors;
  const { kind, visit_count, entities, days_visited, avg_time_on_page, last_visit } = visitor;
  const count = (value: number | null): string => formatMeasure("views", value, { locale });
  const time = formatMeasure("avg_time_on_page", avg_time_on_page, { locale });
  const seen = formatVisit({ kind, instant: last_visit, timeZone, locale });
  return (
    <li className={classes("visitor")}>
      <button
        type="button"
        className="headcount-row"
        aria-expanded={isOpen}
        aria-controls={visitsId}
        onClick={() => setIsOpen(!isOpen)}
      >
        <span className="headcount-name">
          <Avatar visitor={visitor} />
          <span>
            <strong>{visitor.account_id === null ? words.anonymous : visitor.display_name}</strong>
            <span className="headcount-note">{visitorDetail(visitor, words.ref)}</span>
          </span>
        </span>
        <Cell shown={count(visit_count)} said={words.views(count(visit_count), visit_count)} />
        {entities !== undefined && (
          <Cell shown={count(entities)} said={words.pages(count(entities), entities ?? 0)} />
        )}
        <Cell shown={count(days_visited)} said={words.days(count(days_visited), days_visited)} />
        <Cell shown={time} said={words.time(time)} />
        <Cell shown={seen} said={words.lastSeen(seen)} short={seen} />
        <Icon name="chevron" />
      </button>
      <div id={visitsId} hidden={!isOpen}>
        {isOpen && <VisitList visitor={visitor} page={page} />}
      </div>
    </li>
  );
}

interface CellProps {
  /** Below the name of its column. */
  shown: string;
  /** With its unit, for screen readers, and where there is no room for columns. */
  said: string;
  short?: string;
}

function Cell({ shown, said, short = said }: CellProps): ReactNode {
  return (
    <span className="headcount-cell">
      <span className="headcount-hidden">{said}</span>
      <span className="headcount-wide" aria-hidden="true">
        {shown}
      </span>
      <span className="headcount-narrow" aria-hidden="true">
        {short}
      </span>
    </span>
  );
}
