import type { Freshness, TimeSeriesQuery } from "@headcount/core/contract";
import type { ReactNode } from "react";
import { formatRange } from "../../format/format-date.ts";
import { Icon } from "../controls/icon.tsx";
import { exportAddress } from "./export-address.ts";
import type { DateRange } from "./ranges.ts";
import "./entity-heading.css";

export interface EntityHeadingProps {
  entity: { entity_type: string; entity_id: string };
  title: string | undefined;
  query: TimeSeriesQuery & DateRange;
  /** Undefined until there is an answer. */
  freshness: Freshness | undefined;
  /** Whether the numbers cannot be had just now. */
  isWaiting: boolean;
}

/** The page's title, how current its numbers are, and ways to take them along. */
export function EntityHeading(props: EntityHeadingProps): ReactNode {
  const { entity, title = "This page", query, freshness, isWaiting } = props;
  return (
    <div className="entity-heading">
      <div className="entity-heading-title">
        <h1>{title}</h1>
        <p className="entity-heading-notes muted">
          <span className="entity-heading-type">{entity.entity_type}</span>
          <span className="print-only">{formatRange(query.date_from, query.date_to)}</span>
          <FreshnessBadge freshness={freshness} isWaiting={isWaiting} />
          <a
            className="screen-only entity-heading-link"
            href={`/${entity.entity_type}/${entity.entity_id}`}
            target="_blank"
            rel="noreferrer"
          >
            Open the page
            <Icon name="arrow" />
          </a>
        </p>
      </div>
      {freshness !== undefined && (
        <div className="entity-heading-actions screen-only">
          <a
            className="button"
            href={exportAddress("time-series.csv", { ...query, for: "excel" })}
            download
          >
            <Icon name="download" />
            CSV
          </a>
          <a
            className="button"
            href={exportAddress("report.pdf", query)}
            target="_blank"
            rel="noreferrer"
          >
            <Icon name="report" />
            PDF
          </a>
          <button type="button" className="button" onClick={() => window.print()}>
            <Icon name="print" />
            Print
          </button>
        </div>
      )}
    </div>
  );
}

type FreshnessBadgeProps = Pick<EntityHeadingProps, "freshness" | "isWaiting">;

function FreshnessBadge({ freshness, isWaiting }: FreshnessBadgeProps): ReactNode {
  if (freshness === undefined) return null;
  if (isWaiting) return <span className="badge badge-bad screen-only">Connecting again</span>;
  if (!freshness.live) {
    return (
      <span className="badge screen-only">{freshness.pending_changes} views on their way</span>
    );
  }
  return (
    <span className="badge badge-good screen-only">
      <span className="live-dot" />
      Live
    </span>
  );
}
