import type { Visitor } from "@headcount/core/contract";
import { formatInstant, formatMeasure } from "@headcount/core/present";
import { type ReactNode, useId, useState } from "react";
import { Icon } from "../controls/icon.tsx";
import { reportingZone } from "../dashboard/ranges.ts";
import { Avatar } from "./avatar.tsx";
import { VisitList } from "./visit-list.tsx";

/** One visitor; pressed, it shows the latest visits. */
export function VisitorRow({ visitor }: { visitor: Visitor }): ReactNode {
  const [isOpen, setIsOpen] = useState(false);
  const visitsId = useId();
  const { visit_count, days_visited, avg_time_on_page, last_visit } = visitor;
  return (
    <li className="visitor">
      <button
        type="button"
        className="visitor-row"
        aria-expanded={isOpen}
        aria-controls={visitsId}
        onClick={() => setIsOpen(!isOpen)}
      >
        <span className="visitor-name">
          <Avatar visitor={visitor} />
          <span>
            <strong>{visitor.display_name}</strong>
            <span className="muted">{detailOf(visitor)}</span>
          </span>
        </span>
        <span className="visitor-number">
          {formatMeasure("views", visit_count)}
          <span className="visitor-unit"> {visit_count === 1 ? "view" : "views"}</span>
        </span>
        <span className="visitor-number">
          {formatMeasure("views", days_visited)}
          <span className="visitor-unit"> {days_visited === 1 ? "day" : "days"}</span>
        </span>
        <span className="visitor-number">
          {formatMeasure("avg_time_on_page", avg_time_on_page)}
          <span className="visually-hidden"> on the page</span>
        </span>
        <span className="visitor-number">
          <span className="visually-hidden">last seen </span>
          {formatInstant(last_visit, { timeZone: reportingZone })}
        </span>
        <Icon name="chevron" />
      </button>
      <div id={visitsId} hidden={!isOpen}>
        {isOpen && <VisitList visitor={visitor} />}
      </div>
    </li>
  );
}

function detailOf({ username, session_id }: Visitor): string {
  return username ?? `session ${session_id?.slice(0, 8) ?? "unknown"}`;
}
