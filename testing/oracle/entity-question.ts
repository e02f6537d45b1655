import type { Period, SubjectQuery, VisitorKind, VisitorSort } from "@headcount/core/contract";

/** What is asked about one entity: of the oracle, of the SQL functions and of the client. */
export interface EntityQuestion {
  entity_type: string;
  entity_id: string | null;
  /** What the client is asked about, where that is not an entity: the others know it by a type of ours. */
  subject?: SubjectQuery;
  date_from: string;
  date_to: string;
  period: Period;
  /** Which visitors, in which order, and how many on a page: the client alone lets one choose. */
  kind?: VisitorKind;
  sort: VisitorSort;
  limit: number;
  /** What the range is compared with, and at which time in the reporting zone: the SQL function alone lets one choose. */
  compared?: { date_from: string; date_to: string; today: string; hour: number };
}

const maxDays = 40;

/** The same about the last days of the range, for what has so many dates at most. */
export function withLatestDays(question: EntityQuestion): EntityQuestion {
  const { date_from, date_to } = question;
  const first = new Date(Date.parse(date_to) - maxDays * 86_400_000).toISOString().slice(0, 10);
  return { ...question, date_from: date_from < first ? first : date_from };
}
