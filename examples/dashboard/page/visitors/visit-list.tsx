import type { Visitor } from "@headcount/core/contract";
import type { ReactNode } from "react";
import { formatDate } from "../../format/format-date.ts";
import { formatCount } from "../../format/format-measure.ts";

/** A visitor's latest views of the page, and where they came from. */
export function VisitList({ visitor }: { visitor: Visitor }): ReactNode {
  const { visits, visit_count, first_visit } = visitor;
  const older = visit_count - visits.length;
  return (
    <div className="visits">
      <ul>
        {visits.map(({ viewed_at, referrer_url }, index) => (
          <li key={`${viewed_at} ${index}`}>
            <time dateTime={viewed_at} className="numbers">
              {formatDate(viewed_at, "minute")}
            </time>
            <span className="muted">{originOf(referrer_url)}</span>
          </li>
        ))}
      </ul>
      <p className="muted">
        {older > 0 && `${formatCount(older)} earlier. `}First seen on{" "}
        {formatDate(first_visit, "full")}.
      </p>
    </div>
  );
}

function originOf(referrer: string | null): string {
  if (referrer === null) return "Direct, or from within Perch";
  const url = URL.canParse(referrer) ? new URL(referrer) : undefined;
  if (url === undefined) return "From elsewhere";
  return `From ${url.hostname.replace(/^www\./, "")}${url.pathname === "/" ? "" : url.pathname}`;
}
