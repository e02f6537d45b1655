import type { Freshness, TimeSeriesQuery } from "@headcount/core/contract";
import type { DateRange } from "@headcount/core/present";
import type { ReactNode } from "react";
import { Icon } from "../controls/icon.tsx";
import { Menu } from "../controls/menu.tsx";
import { exportAddress } from "./export-address.ts";
import "./entity-heading.css";

export interface EntityHeadingProps {
  entity: { entity_type: string; entity_id: string };
  title: string | undefined;
  query: TimeSeriesQuery & DateRange;
  /** Undefined until there is an answer. */
  freshness: Freshness | undefined;
  /** Whether there is something to take along. */
  canExport: boolean;
  /** Whether the numbers cannot be had just now. */
  isWaiting: boolean;
}

/** The page's title, how current its numbers are, and ways to take them along. */
export function EntityHeading(props: EntityHeadingProps): ReactNode {
  const { entity, title = "This page", query, freshness, canExport, isWaiting } = props;
  return (
    <div className="entity-heading">
      <h1>{title}</h1>
      <p className="entity-heading-notes muted">
        <span className="entity-heading-type">{entity.entity_type}</span>
        {canExport && <FreshnessBadge freshness={freshness} isWaiting={isWaiting} />}
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
      {canExport && (
        <div className="entity-heading-export screen-only">
          <Menu label="Export" icon="download">
            <a href={exportAddress("time-series.csv", { ...query, for: "excel" })} download>
              Numbers (CSV)
            </a>
            <a href={exportAddress("report.pdf", query)} target="_blank" rel="noreferrer">
              Report (PDF)
            </a>
            <button type="button" onClick={() => window.print()}>
              Print
            </button>
          </Menu>
        </div>
      )}
    </div>
  );
}

type FreshnessBadgeProps = Pick<EntityHeadingProps, "freshness" | "isWaiting">;

function FreshnessBadge({ freshness, isWaiting }: FreshnessBadgeProps): ReactNode {
  if (isWaiting && freshness !== undefined) {
    return <span className="badge badge-bad screen-only">Reconnecting…</span>;
  }
  if (freshness?.live === false) return <span className="badge screen-only">Updating…</span>;
  return (
    // its place is kept until there is an answer, so that nothing moves then
    <span className="badge badge-good screen-only" hidden={freshness === undefined}>
      <span className="live-dot" />
      Live
    </span>
  );
}
