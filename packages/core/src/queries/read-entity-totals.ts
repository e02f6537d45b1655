import { type CompiledQuery, type RawBuilder, sql } from "kysely";
import type { Entity } from "../contract/entity.ts";
import { runQuery } from "../database/run-query.ts";
import type { DateRange } from "./date-range.ts";
import { type ComparedCounts, type ComparedSeriesRow, comparedOf } from "./read-compared-series.ts";
import { type CountedSeries, type SeriesRow, type SeriesToRead, seriesOf } from "./read-series.ts";

interface EntitiesToRead extends Omit<SeriesToRead, "entity"> {
  entities: readonly Entity[];
  compared: DateRange | undefined;
}

/** What is counted of one of several entities. */
export interface CountedEntity {
  current: CountedSeries & Partial<ComparedCounts>;
  /** The other range, when there is one. */
  previous?: ComparedCounts | undefined;
  /** Of its views ever. */
  first_date: string | null;
  last_date: string | null;
}

interface WithDates {
  first_date: string | null;
  last_date: string | null;
}

/** How many viewed each of these entities over the range? One statement, so one snapshot. */
export async function readEntityTotals(read: EntitiesToRead): Promise<CountedEntity[]> {
  const { compared } = read;
  if (compared === undefined) {
    const rows = await ask<SeriesRow & WithDates>(read, "entity_totals_columns", sql``);
    return rows.map((row) => ({ current: seriesOf(row), ...datesOf(row) }));
  }
  const other = sql`, ${compared.date_from}, ${compared.date_to}`;
  const rows = await ask<ComparedSeriesRow & WithDates>(
    read,
    "compared_entity_totals_columns",
    other,
  );
  const counted: CountedEntity[] = [];
  // the range asked for and the other one, by turns
  for (const [nth, row] of rows.entries()) {
    const current = nth % 2 === 0 ? undefined : rows[nth - 1];
    if (current === undefined) continue;
    counted.push({ current: comparedOf(current), previous: comparedOf(row), ...datesOf(row) });
  }
  return counted;
}

async function ask<Row extends object>(
  { connection: { db, schema }, entities, range, period, signal }: EntitiesToRead,
  name: string,
  other: RawBuilder<unknown>,
): Promise<readonly Row[]> {
  const types = entities.map(({ entity_type }) => entity_type);
  const ids = entities.map(({ entity_id }) => entity_id);
  const query: CompiledQuery<Row> = sql<Row>`
    select * from ${sql.id(schema, name)}(
      ${types}, ${ids}, ${range.date_from}, ${range.date_to}, ${period}${other}
    )
  `.compile(db);
  return runQuery({ db, query, signal });
}

function datesOf({ first_date, last_date }: WithDates): WithDates {
  return { first_date, last_date };
}
