import type { VisitorList } from "@headcount/core/contract";
import { formatCount } from "./format-count.ts";
import { formatDate } from "./format-date.ts";
import type { Ink } from "./ink.ts";
import { table } from "./table.ts";

type Visitor = VisitorList["data"][number];

export interface VisitorTableOptions {
  visitors: readonly Visitor[];
  ink: Ink;
  /** How many characters a line may have. */
  width: number;
}

/** Lists visitors with their visits, and where they last came from. */
export function visitorTable({ visitors, ink, width }: VisitorTableOptions): string[] {
  return table({
    columns: [
      { title: "#", align: "right", paint: ink.faint },
      { title: "Visitor", width: 24, whenTight: "cut", paint: ink.account },
      { title: "Visits", align: "right", paint: ink.views },
      { title: "Days", align: "right" },
      { title: "Last seen" },
      { title: "Came from", width: 32, whenTight: "cut" },
    ],
    rows: visitors.map((visitor, index) => [
      String(index + 1),
      nameOf(visitor),
      formatCount(visitor.visit_count),
      formatCount(visitor.days_visited),
      formatDate(visitor.last_visit, "minute"),
      latestReferrer(visitor),
    ]),
    ink,
    width,
  });
}

// the start of the session's id shows which anonymous visitor it is
function nameOf({ display_name, ref }: Visitor): string {
  return ref === null ? display_name : `${display_name} ${ref.slice(0, 8)}`;
}

// going from page to page within the site has no referrer: look for the visit that came from elsewhere
function latestReferrer({ visits }: Visitor): string {
  const url = visits.find(({ referrer_url }) => referrer_url !== null)?.referrer_url;
  return url?.replace(/^https?:\/\/(?:www\.)?/, "").replace(/\/$/, "") ?? "–";
}
