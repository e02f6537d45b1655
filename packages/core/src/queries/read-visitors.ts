import type { Visitor } from "../contract/visitors.ts";
import type { RankingColumn } from "./visitor-position.ts";
import type { VisitorColumns } from "./visitors-query.ts";

/** The visitors of a row, and what their places in a ranking follow from. */
export interface ListedVisitors {
  visitors: Visitor[];
  /** The value of a ranking column without loss: an instant has microseconds here. */
  exactText: (place: number, column: RankingColumn) => string;
}

/** Takes the columns apart. */
export function readVisitors(row: VisitorColumns): ListedVisitors {
  const session_ids = readColumn<string | null>(row.session_ids);
  const usernames = readColumn<string | null>(row.usernames);
  const display_names = readColumn<string>(row.display_names);
  const visit_counts = readColumn<number>(row.visit_counts);
  const days_visited = readColumn<number>(row.days_visited);
  const first_visits = readColumn<string>(row.first_visits);
  const last_visits = readColumn<string>(row.last_visits);
  const avg_times_on_page = readColumn<number | null>(row.avg_times_on_page);
  const visitors = readColumn<string | null>(row.account_ids).map((account_id, place): Visitor => {
    const fields = {
      display_name: display_names[place] ?? "",
      visit_count: visit_counts[place] ?? 0,
      days_visited: days_visited[place] ?? 0,
      first_visit: instantOf(first_visits[place], milliseconds),
      last_visit: instantOf(last_visits[place], milliseconds),
      avg_time_on_page: avg_times_on_page[place] ?? null,
      visits: [],
    };
    if (account_id === null) {
      const session_id = session_ids[place] ?? "";
      return { kind: "anonymous", account_id, session_id, username: null, ...fields };
    }
    const username = usernames[place] ?? null;
    return { kind: "account", account_id, session_id: null, username, ...fields };
  });
  addVisits(visitors, row);
  const exactText = (place: number, column: RankingColumn): string => {
    if (column === "visit_count") return String(visit_counts[place]);
    const instants = column === "first_visit" ? first_visits : last_visits;
    return instantOf(instants[place], microseconds);
  };
  return { visitors, exactText };
}

function addVisits(visitors: readonly Visitor[], row: VisitorColumns): void {
  const times = readColumn<string>(row.visit_times);
  const referrers = readColumn<string | null>(row.visit_referrers);
  for (const [nth, place] of readColumn<number>(row.visit_places).entries()) {
    const visit = {
      viewed_at: instantOf(times[nth], milliseconds),
      referrer_url: referrers[nth] ?? null,
    };
    visitors[place - 1]?.visits.push(visit);
  }
}

function readColumn<Value>(array: string | null): Value[] {
  return array === null ? [] : (JSON.parse(array) as Value[]);
}

const milliseconds = 3;
const microseconds = 6;
const wholeSeconds = "YYYY-MM-DDTHH:MM:SS".length;

// Postgres leaves zeros at the end of a second away. Digits past those asked for are cut off.
function instantOf(text = "", digits: number): string {
  const fraction = text.slice(wholeSeconds + 1, wholeSeconds + 1 + digits).padEnd(digits, "0");
  return `${text.slice(0, wholeSeconds)}.${fraction}Z`;
}
