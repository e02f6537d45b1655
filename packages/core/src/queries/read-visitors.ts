import { type RawBuilder, sql } from "kysely";
import type { Entity } from "../contract/entity.ts";
import type { Freshness } from "../contract/freshness.ts";
import type { Visitor, VisitorList } from "../contract/visitors.ts";
import type { ParsedVisitorsChoice, VisitorSort } from "../contract/visitors-query.ts";
import type { Connection } from "../database/connect.ts";
import { runQuery } from "../database/run-query.ts";
import { withText } from "../database/with-text.ts";
import {
  invalidCursor,
  type RankingColumn,
  rankings,
  type VisitorPosition,
} from "./visitor-cursor.ts";

interface VisitorsToRead {
  connection: Connection;
  query: ParsedVisitorsChoice & Entity;
  /** Where the page before ended. */
  position: VisitorPosition | undefined;
  signal?: AbortSignal | undefined;
}

/** A page of visitors. */
interface VisitorPage {
  data: Visitor[];
  /** Where the page ends, undefined when no visitor follows. */
  end: VisitorPosition | undefined;
  visits_from: string | null;
  hidden: VisitorList["hidden"];
  freshness: Freshness;
}

/**
 * Who viewed the entity, and when last? One visitor more than the limit is read: then there is a next page.
 *
 * @throws {AnalyticsError} `invalid_cursor` when nobody has the ref that the page before ended with
 */
export async function readVisitors({
  connection: { db, schema },
  query,
  position,
  signal,
}: VisitorsToRead): Promise<VisitorPage> {
  const { entity_type, entity_id, date_from, date_to, kind, search, sort, limit, visits_limit } =
    query;
  const { names = true } = query;
  const columns = sql.id(schema, "visitor_columns");
  const statement = sql<VisitorColumns>`
    select ${withText(["hidden_visitors", "hidden_views", "pending_changes"])}
    from ${columns}(
      ${entity_type}, ${entity_id}, ${date_from ?? "-infinity"}::text::date, ${date_to ?? "infinity"}::text::date,
      ${kind === undefined ? null : String(kind === "account")}::text::boolean, ${search ?? null}, ${sort},
      ${positionRow({ schema, sort, position })}, ${position?.ref ?? null}, ${limit + 1}, ${visits_limit},
      ${String(names)}::text::boolean
    ) c
  `.compile(db);
  const [row] = await runQuery({ db, query: statement, signal });
  if (row === undefined) throw invalidCursor();
  const { hidden_visitors, hidden_views, live, pending_changes, folded_through } = row;
  const visitors = visitorsOf(row);
  const data = visitors.slice(0, limit);
  return {
    data,
    end:
      visitors.length > limit ? positionOf({ row, sort, visitors, place: limit - 1 }) : undefined,
    visits_from: row.visits_from,
    hidden:
      hidden_visitors === null || hidden_views === null
        ? null
        : { visitors: Number(hidden_visitors), views: Number(hidden_views) },
    freshness: { live, pending_changes: Number(pending_changes), folded_through },
  };
}

interface PositionToWrite {
  schema: string;
  sort: VisitorSort;
  position: VisitorPosition | undefined;
}

// A listed_visitor: kind, visitor_id, visit_count, days_visited, first_visit, last_visit, avg_time_on_page. Who it is when it
// has a ref, the database knows.
function positionRow({ schema, sort, position }: PositionToWrite): RawBuilder<unknown> {
  const type = sql.id(schema, "listed_visitor");
  if (position === undefined) return sql`null::${type}`;
  const { values, account_id } = position;
  const valueOf = (column: string): string | null => {
    const index = rankings[sort].findIndex((name) => name === column);
    return values[index] ?? null;
  };
  // as text: a driver may keep only milliseconds of an instant
  return sql`row(
    'a', ${account_id}::text, ${valueOf("visit_count")}::text, null, ${valueOf("first_visit")}::text,
    ${valueOf("last_visit")}::text, null
  )::${type}`;
}

/**
 * A page of visitors in one row, because the driver spends more on a hundred rows than on twelve texts. Each column is a
 * JSON array with a value per visitor, or per visit of them; null when there is none.
 */
export interface VisitorColumns extends Pick<Freshness, "live" | "folded_through"> {
  pending_changes: string;
  /** Of each an account ("a"), a visitor_id ("v"), a session ("s"), or an account that is listed without its name ("n"). */
  kinds: string | null;
  account_ids: string | null;
  refs: string | null;
  /** What the next page goes on behind, when the page ends with an account without a name. */
  end_ref: string | null;
  usernames: string | null;
  display_names: string | null;
  /** Null when no attribute of viewers is kept. */
  viewers: string | null;
  visit_counts: string | null;
  days_visited: string | null;
  /** Instants in UTC with up to six digits of a second. */
  first_visits: string | null;
  last_visits: string | null;
  avg_times_on_page: string | null;
  /** Which visitor each visit is of, counted from 1. */
  visit_places: string | null;
  visit_times: string | null;
  visit_referrers: string | null;
  visits_from: string | null;
  /** How many entities of a group each viewed, and which of them each visit is of; null when it is not about a group. */
  entities: string | null;
  visit_entity_types: string | null;
  visit_entity_ids: string | null;
  /** Of the first page. */
  hidden_visitors: string | null;
  hidden_views: string | null;
}

/** Takes the columns apart. */
export function visitorsOf(row: VisitorColumns): Visitor[] {
  const refs = readColumn<string | null>(row.refs);
  const usernames = readColumn<string | null>(row.usernames);
  const display_names = readColumn<string>(row.display_names);
  const viewers = readColumn<Visitor["viewer"]>(row.viewers);
  const visit_counts = readColumn<number>(row.visit_counts);
  const days_visited = readColumn<number>(row.days_visited);
  const first_visits = readColumn<string>(row.first_visits);
  const last_visits = readColumn<string>(row.last_visits);
  const avg_times_on_page = readColumn<number | null>(row.avg_times_on_page);
  const entities = readColumn<number | null>(row.entities);
  const account_ids = readColumn<string | null>(row.account_ids);
  const visitors = readColumn<string>(row.kinds).map((kind, place): Visitor => {
    const fields = {
      display_name: display_names[place] ?? "",
      viewer: viewers[place] ?? {},
      visit_count: visit_counts[place] ?? 0,
      days_visited: days_visited[place] ?? 0,
      ...(row.entities !== null && { entities: entities[place] ?? null }),
      first_visit: instantOf(first_visits[place], milliseconds),
      last_visit: instantOf(last_visits[place], milliseconds),
      avg_time_on_page: avg_times_on_page[place] ?? null,
      visits: [],
    };
    if (kind === "a") {
      const account_id = account_ids[place] ?? "";
      const username = usernames[place] ?? null;
      return { kind: "account", account_id, ref: null, username, ...fields };
    }
    const unnamed = { account_id: null, ref: refs[place] ?? "", username: null, ...fields };
    return { kind: kind === "n" ? "attributes" : "anonymous", ...unnamed };
  });
  addVisits(visitors, row);
  return visitors;
}

interface PlaceInRanking {
  row: VisitorColumns;
  sort: VisitorSort;
  visitors: readonly Visitor[];
  place: number;
}

// Values of the ranking columns are without loss here: an instant has microseconds.
function positionOf({ row, sort, visitors, place }: PlaceInRanking): VisitorPosition {
  const exactText = (column: RankingColumn): string => {
    if (column === "visit_count") return String(readColumn<number>(row.visit_counts)[place]);
    const instants = column === "first_visit" ? row.first_visits : row.last_visits;
    return instantOf(readColumn<string>(instants)[place], microseconds);
  };
  const [first, second] = rankings[sort];
  const visitor = visitors[place];
  return {
    values: [exactText(first), exactText(second)],
    account_id: visitor?.account_id ?? null,
    ref: (visitor?.kind === "attributes" ? row.end_ref : visitor?.ref) ?? null,
  };
}

function addVisits(visitors: readonly Visitor[], row: VisitorColumns): void {
  const times = readColumn<string>(row.visit_times);
  const referrers = readColumn<string | null>(row.visit_referrers);
  const types = readColumn<string>(row.visit_entity_types);
  const ids = readColumn<string | null>(row.visit_entity_ids);
  for (const [nth, place] of readColumn<number>(row.visit_places).entries()) {
    const entity_type = types[nth];
    const visit = {
      viewed_at: instantOf(times[nth], milliseconds),
      referrer_url: referrers[nth] ?? null,
      ...(entity_type !== undefined && { entity_type, entity_id: ids[nth] ?? null }),
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
