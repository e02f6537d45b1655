import type { Entity, Visitor } from "@headcount/core/contract";
import { formatMeasure } from "@headcount/core/present";
import type { ReactNode } from "react";
import { useAnalyticsView } from "../analytics/analytics-context.ts";
import { type PageName, PageTitle } from "../pages-table/page-title.tsx";
import type { Messages } from "../words/messages.ts";
import { formatVisit } from "./format-visit.ts";

export interface VisitListProps {
  visitor: Visitor;
  /** What the page of a visit is called; without it, that is not said. */
  page?: ((entity: Entity) => PageName) | undefined;
}

/** A visitor's latest views, and where they came from. */
export function VisitList({ visitor, page }: VisitListProps): ReactNode {
  const { messages, locale, timeZone } = useAnalyticsView();
  const words = messages.visitors;
  const { kind, visits, visit_count, first_visit } = visitor;
  const older = visit_count - visits.length;
  const written = (instant: string): string => formatVisit({ kind, instant, timeZone, locale });
  return (
    <div className="headcount-visits">
      <ul>
        {visits.map(({ viewed_at, referrer_url, entity_type, entity_id = null }, index) => (
          <li key={`${viewed_at} ${index}`}>
            <time dateTime={viewed_at}>{written(viewed_at)}</time>
            {page !== undefined && entity_type !== undefined && (
              <span>
                <PageTitle {...page({ entity_type, entity_id })} />
              </span>
            )}
            <span className="headcount-muted">{originOf(referrer_url, words)}</span>
          </li>
        ))}
      </ul>
      <p className="headcount-muted">
        {older > 0 && `${words.earlier(formatMeasure("views", older, { locale }))} `}
        {words.firstSeen(written(first_visit))}
      </p>
    </div>
  );
}

function originOf(referrer: string | null, words: Messages["visitors"]): string {
  if (referrer === null) return words.direct;
  const url = URL.canParse(referrer) ? new URL(referrer) : undefined;
  if (url === undefined) return words.elsewhere;
  const path = url.pathname === "/" ? "" : url.pathname;
  return words.from(`${url.hostname.replace(/^www\./, "")}${path}`);
}
