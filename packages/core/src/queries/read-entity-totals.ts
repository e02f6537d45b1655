import { type CompiledQuery, type RawBuilder, sql } from "kysely";
import type { Entity } from "../contract/entity.ts";
import type { Freshness } from "../contract/freshness.ts";
import type { Measures } from "../contract/measures.ts";
import { runQuery } from "../database/run-query.ts";
import { withText } from "../database/with-text.ts";
import type { DayPeriod } from "./buckets.ts";
import type { DateRange } from "./date-range.ts";
import { maxVisitorsTogether, measuresTogether } from "./measures-together.ts";
import { newSince } from "./new-since.ts";
import { type ComparedTotals, comparedTotals, measuresIn } from "./read-compared-series.ts";
import { readColumn, type SeriesToRead } from "./read-series.ts";

interface EntitiesToRead extends Omit<SeriesToRead, "entity" | "period"> {
  entities: readonly Entity[];
  /** Into which buckets their views are cut; null for none. */
  period: DayPeriod | null;
  /** Whether they are counted together as well. */
  together: boolean | undefined;
}

/** What is counted of several entities, in their order, and of all of them together when that is asked for. */
export interface CountedEntities<Counted extends CountedEntity = CountedEntity> {
  counted: Counted[];
  together: Measures | null;
}

/** What is counted of one of several entities. */
export interface CountedEntity {
  totals: Measures;
  /** How many views there are in each bucket that has some, by how many days after the first date it begins. */
  views: ReadonlyMap<number, number>;
  /** Of all time. */
  first_view: string | null;
  last_view: string | null;
  new_since: string | null;
  freshness: Freshness;
}

/** What is counted of an entity, as the database writes it. */
export interface TotalsRow extends Pick<Freshness, "live" | "folded_through"> {
  pending_changes: string;
  counts: string;
  buckets: string | null;
  views: string | null;
  first_view: string | null;
  last_view: string | null;
  new_since: string | null;
}

/** Beside it, what is counted of all of them together. */
type Together<Row> = Row & { together: string | null };

/** How many viewed each of these entities over the range? One statement, so one snapshot. */
export async function readEntityTotals(read: EntitiesToRead): Promise<CountedEntities> {
  const rows = await ask<Together<TotalsRow>>({
    ...read,
    name: "entity_totals_columns",
    numbers: ["pending_changes"],
    other: sql``,
  });
  return { counted: rows.map(countedEntity), together: measuresTogether(rows) };
}

/** What a row of the database says. */
export function countedEntity(row: TotalsRow): CountedEntity {
  const views = readColumn(row.views);
  const { first_view, last_view, new_since, live, pending_changes, folded_through } = row;
  return {
    totals: measuresIn(row.counts),
    views: new Map(readColumn(row.buckets).map((bucket, nth) => [bucket, views[nth] ?? 0])),
    first_view,
    last_view,
    new_since,
    freshness: { live, pending_changes: Number(pending_changes), folded_through },
  };
}

/** What is counted of one of several entities, in the range asked for and in the other one. */
export interface ComparedEntity extends CountedEntity {
  current: ComparedTotals;
  previous: ComparedTotals;
}

/** The same, and what of it is compared with another range. */
export interface ComparedRow extends TotalsRow {
  compared: string | null;
  compared_before: string | null;
  cut_date: string | null;
  cut_date_before: string | null;
  cut_hour: string | null;
}

/** The same beside what is counted of another range. */
export async function readComparedEntityTotals(
  read: EntitiesToRead & { compared: DateRange },
): Promise<CountedEntities<ComparedEntity>> {
  const { date_from, date_to } = read.compared;
  const rows = await ask<Together<ComparedRow>>({
    ...read,
    name: "compared_entity_totals_columns",
    numbers: ["pending_changes", "cut_hour"],
    other: sql`, ${date_from}::text::date, ${date_to}::text::date`,
  });
  return { counted: rows.map(comparedEntity), together: measuresTogether(rows) };
}

/** What a row of the database says of both ranges. */
export function comparedEntity(row: ComparedRow): ComparedEntity {
  const { compared_before: compared, cut_date_before: cut_date, cut_hour } = row;
  return {
    ...countedEntity(row),
    current: comparedTotals(row),
    previous: comparedTotals({ compared, cut_date, cut_hour }),
  };
}

interface Asked extends EntitiesToRead {
  name: string;
  /** Which of its columns are numbers. */
  numbers: readonly string[];
  other: RawBuilder<unknown>;
}

async function ask<Row extends object>({
  connection: { db, schema },
  entities,
  range,
  period,
  signal,
  together,
  name,
  numbers,
  other,
}: Asked): Promise<readonly Row[]> {
  const types = entities.map(({ entity_type }) => entity_type);
  const ids = entities.map(({ entity_id }) => entity_id);
  const dates = sql`${range.date_from}::text::date, ${range.date_to}::text::date`;
  const visitors = sql`(
    select array_remove(array[t.known_visitors, t.visitors, t.accounts, t.new_visitors, t.new_accounts], null)::text
    from ${sql.id(schema, "visitors_together")}(${types}, ${ids}, ${dates}, ${maxVisitorsTogether}) t
  )`;
  const query: CompiledQuery<Row> = sql<Row>`
    select ${withText(numbers)}, ${newSince({ schema, ...range })}, ${together ? visitors : sql`null`} as together
    from ${sql.id(schema, name)}(${types}, ${ids}, ${dates}, ${period}${other}) c
  `.compile(db);
  return runQuery({ db, query, signal });
}
