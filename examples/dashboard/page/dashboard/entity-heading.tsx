import { ExportMenu, HereNow, useAnalyticsView } from "@headcount/react-ui";
import type { ReactNode } from "react";
import { Icon } from "../controls/icon.tsx";
import { exportAddress } from "./export-address.ts";
import "./entity-heading.css";

export interface EntityHeadingProps {
  entity: { entity_type: string; entity_id: string };
  title: string;
}

/** The page's title, how current its numbers are, and ways to take them along. */
export function EntityHeading({ entity, title }: EntityHeadingProps): ReactNode {
  const { range, period, comparesWith } = useAnalyticsView();
  const query = { ...entity, ...range, period };
  const compared = { compare_from: comparesWith?.date_from, compare_to: comparesWith?.date_to };
  return (
    <div className="entity-heading">
      <h1>{title}</h1>
      <p className="entity-heading-notes muted">
        <span className="entity-heading-type">{entity.entity_type}</span>
        <FreshnessBadge />
        <a
          className="screen-only entity-heading-link"
          href={`/${entity.entity_type}/${entity.entity_id}`}
          target="_blank"
          rel="noreferrer"
        >
          View page
          <Icon name="arrow" />
        </a>
      </p>
      <div className="entity-heading-export">
        <ExportMenu>
          <a href={exportAddress("time-series.csv", { ...query, for: "excel" })} download>
            Numbers (CSV)
          </a>
          <a
            href={exportAddress("report.pdf", { ...query, ...compared })}
            target="_blank"
            rel="noreferrer"
          >
            Report (PDF)
          </a>
          <button type="button" onClick={() => window.print()}>
            Print
          </button>
        </ExportMenu>
      </div>
    </div>
  );
}

function FreshnessBadge(): ReactNode {
  const { state, series, error } = useAnalyticsView();
  const freshness = series?.freshness;
  if (state !== "shown") return null;
  if (error !== null && freshness !== undefined) {
    return <span className="badge badge-bad screen-only">Reconnecting…</span>;
  }
  if (freshness?.live === false) return <span className="badge screen-only">Updating…</span>;
  return <HereNow />;
}
