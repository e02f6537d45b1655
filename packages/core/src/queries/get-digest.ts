import { sql } from "kysely";
import type { Digest } from "../contract/digest.ts";
import { type DigestQuery, digestQuery } from "../contract/digest-query.ts";
import type { Milestone } from "../contract/milestone.ts";
import { parseInput } from "../contract/parse-input.ts";
import { checkSubject } from "../database/check-subject.ts";
import type { Connection } from "../database/connect.ts";
import { runQuery } from "../database/run-query.ts";
import { AnalyticsError } from "../errors.ts";
import { assembleSeries } from "./assemble-series.ts";
import { changeOf } from "./change-of.ts";
import { today } from "./date-range.ts";
import { digestRange } from "./digest-range.ts";
import { newSince } from "./new-since.ts";
import { type BreakdownRow, valuesOf } from "./read-breakdown.ts";
import { type ComparedSeriesRow, comparedOf, measuresIn } from "./read-compared-series.ts";
import { type ComparedRow, comparedEntity } from "./read-entity-totals.ts";
import { type OfEntity, topOf } from "./read-top-entities.ts";
import { type VisitorColumns, visitorsOf } from "./read-visitors.ts";

interface DigestCall {
  connection: Connection;
  query: DigestQuery;
  signal?: AbortSignal | undefined;
}

/** The rows of each question as JSON; null where it has none. */
interface DigestRow {
  series: string;
  top: string | null;
  sources: string | null;
  milestones: string | null;
  accounts: string | null;
  /** Between which instants its dates are. */
  since: string;
  until: string;
  new_since: string | null;
}

/** What happened in a week, or a month? One statement, so one snapshot. */
export async function getDigest({ connection, query: input, signal }: DigestCall): Promise<Digest> {
  const asked = parseInput({ schema: digestQuery, input });
  const { db, schema } = connection;
  const { time_zone } = await connection.installation({ signal });
  const { entity, subject } = await checkSubject({ ...asked, connection, signal });
  const { names = true } = asked;
  const { range, compared } = digestRange(asked, await today({ db, time_zone, signal }));
  const query = sql<DigestRow>`
    select c.*, ${newSince({ schema, ...range })} from ${sql.id(schema, "digest_columns")}(
      ${entity.entity_type}, ${entity.entity_id}, ${range.date_from}::text::date, ${range.date_to}::text::date,
      ${compared.date_from}::text::date, ${compared.date_to}::text::date,
      ${String(names)}::text::boolean
    ) c
  `.compile(db);
  const [row] = await runQuery({ db, query, signal });
  if (row === undefined) throw new AnalyticsError("database", "The database gave no digest.");

  const [current, previous] = rowsOf<ComparedSeriesRow>(row.series).map(comparedOf);
  if (current === undefined || previous === undefined) {
    throw new AnalyticsError("database", "The database gave no two series.");
  }
  const { data, totals } = assembleSeries({ counted: current, range, period: "daily" });
  const [best] = data.toSorted((one, other) => other.views - one.views);
  return {
    ...subject,
    period: asked.period,
    time_zone,
    ...range,
    totals,
    change: current.compared && previous.compared && changeOf(current.compared, previous.compared),
    elapsed: current.cut,
    compare: { ...compared, through: previous.cut },
    best_day: best === undefined || best.views === 0 ? null : withoutPartial(best),
    top_entities: topEntitiesOf(row),
    top_sources: topSourcesOf(row),
    new_accounts: newAccountsOf(row),
    milestones: rowsOf<Milestone>(row.milestones),
    new_since: row.new_since,
    freshness: current.freshness,
  };
}

function rowsOf<Row>(json: string | null): Row[] {
  return json === null ? [] : (JSON.parse(json) as Row[]);
}

function withoutPartial<Bucket extends { partial: boolean }>({
  partial: _partial,
  ...day
}: Bucket): Omit<Bucket, "partial"> {
  return day;
}

function topEntitiesOf({ top }: DigestRow): Digest["top_entities"] {
  const rows = rowsOf<OfEntity<ComparedRow>>(top);
  if (rows.length === 0) return [];
  return topOf({ rows: rows.map((row) => [row, comparedEntity(row)]), sort: "unique_visitors" })
    .entities;
}

function topSourcesOf({ sources }: DigestRow): Digest["top_sources"] {
  if (sources === null) return null;
  const row = JSON.parse(sources) as BreakdownRow;
  if (row.visits_from !== null) return null;
  const { unique_visitors } = measuresIn(row.counts);
  return valuesOf(row, unique_visitors).map(({ change: _change, ...value }) => value);
}

// The latest who came for the first time until then: those of earlier dates are last.
function newAccountsOf({ accounts, since, until }: DigestRow): Digest["new_accounts"] {
  if (accounts === null) return [];
  return visitorsOf(JSON.parse(accounts) as VisitorColumns).filter(
    ({ first_visit }) => first_visit >= since && first_visit < until,
  );
}
