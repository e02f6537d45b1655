/** What was viewed. */
export interface Entity {
  entity_type: string;
  entity_id: string;
}

/** How many, over time? */
export interface SeriesQuestion {
  kind: "series";
  entity: Entity;
  unit: "day" | "week" | "month";
  date_from: string;
  date_to: string;
  /** Whether the exact numbers of the whole range are asked for as well. */
  with_totals: boolean;
}

/** How many, from one date to another? */
export interface RangeQuestion {
  kind: "range";
  entity: Entity;
  date_from: string;
  date_to: string;
}

/** Who came most often, and when lately? Both dates, or all time. */
export interface VisitorsQuestion {
  kind: "visitors";
  entity: Entity;
  dates: { date_from: string; date_to: string } | null;
  /** How many visitors, and how many of the latest visits of each. */
  limit: number;
  visits_limit: number;
}

/** What else an owner asks of one page, or of many. */
export interface OwnerQuestion {
  kind:
    | "comparison"
    | "rolling visitors"
    | "heat map"
    | "entity totals"
    | "compared totals"
    | "totals of all time"
    | "sources"
    | "companies"
    | "top entities"
    | "live"
    | "digest"
    | "page";
  /** One, or those of a list; of tops one of their type. */
  entities: readonly Entity[];
  date_from: string;
  date_to: string;
}

export type Question = OwnerQuestion | SeriesQuestion | RangeQuestion | VisitorsQuestion;

/** One point of a series, or the whole range. A bucket without views is left out. */
export interface Count {
  /** First day of the bucket, or `total`; of a heat map the weekday and the hour, of totals and tops the entity, of sources and companies their names. */
  bucket: string;
  views: number;
  unique_visitors: number;
}

/** One visitor of a ranking. */
export interface RankedVisitor {
  /** Its account; null when it has none, because each calls it otherwise then. */
  visitor: string | null;
  visit_count: number;
  /** Instants in ISO 8601, UTC, with milliseconds. */
  last_visit: string;
  visits: string[];
}

/** Whether it is one of an owner's page, which not everybody can answer. */
export function isOwnerQuestion(question: Question): question is OwnerQuestion {
  return "entities" in question;
}

/** Everybody writes the same answer the same way. */
export type Answer = readonly Count[] | readonly RankedVisitor[];

/** How to leave out empty buckets, and write a bucket as everybody does. */
export function countOf(
  bucket: string,
  { views, unique_visitors }: Pick<Count, "views" | "unique_visitors">,
): Count {
  return { bucket, views, unique_visitors };
}
