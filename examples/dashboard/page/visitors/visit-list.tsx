import type { Visitor } from "@headcount/core/contract";
import { formatInstant, formatMeasure } from "@headcount/core/present";
import type { ReactNode } from "react";
import { reportingZone } from "../dashboard/ranges.ts";

/** A visitor's latest views of the page, and where they came from. */
export function VisitList({ visitor }: { visitor: Visitor }): ReactNode {
  const { visits, visit_count, first_visit } = visitor;
  const older = visit_count - visits.length;
  const written = (instant: string): string => formatInstant(instant, { timeZone: reportingZone });
  return (
    <div className="visits">
      <ul>
        {visits.map(({ viewed_at, referrer_url }, index) => (
          <li key={`${viewed_at} ${index}`}>
            <time dateTime={viewed_at} className="numbers">
              {written(viewed_at)}
            </time>
            <span className="muted">{originOf(referrer_url)}</span>
          </li>
        ))}
      </ul>
      <p className="muted">
        {older > 0 && `${formatMeasure("views", older)} earlier. `}First seen {written(first_visit)}
        .
      </p>
    </div>
  );
}

function originOf(referrer: string | null): string {
  if (referrer === null) return "Direct or internal";
  const url = URL.canParse(referrer) ? new URL(referrer) : undefined;
  if (url === undefined) return "From elsewhere";
  return `From ${url.hostname.replace(/^www\./, "")}${url.pathname === "/" ? "" : url.pathname}`;
}
