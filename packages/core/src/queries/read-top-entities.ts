import { type RawBuilder, sql } from "kysely";
import type { Cut } from "../contract/change.ts";
import type { Freshness } from "../contract/freshness.ts";
import type { TopEntity } from "../contract/top-entities.ts";
import type { ParsedTopEntitiesChoice } from "../contract/top-entities-query.ts";
import type { Connection } from "../database/connect.ts";
import { runQuery } from "../database/run-query.ts";
import { withText } from "../database/with-text.ts";
import { AnalyticsError } from "../errors.ts";
import { changeOf } from "./change-of.ts";
import type { DateRange } from "./date-range.ts";
import { newSince } from "./new-since.ts";
import {
  type ComparedEntity,
  type ComparedRow,
  type CountedEntity,
  comparedEntity,
  countedEntity,
  type TotalsRow,
} from "./read-entity-totals.ts";

interface TopToRead extends Pick<ParsedTopEntitiesChoice, "sort" | "limit"> {
  connection: Connection;
  /** Null for all types. */
  entity_type: string | null;
  /** The owner, as the rollups know it; null for everybody. */
  owner_entity_id: string | null;
  range: DateRange;
  compared: DateRange | undefined;
  signal?: AbortSignal | undefined;
}

/** The entities that are viewed most, and what is the same for all of them. */
export interface Top {
  entities: TopEntity[];
  score_date: string | null;
  elapsed: Cut | null;
  through: Cut | null;
  new_since: string | null;
  freshness: Freshness;
}

/** A row without an entity says how fresh the answer is where there are none. */
export type OfEntity<Row> = Row & {
  entity_type: string | null;
  entity_id: string | null;
  score_date: string | null;
  score: string | null;
};

/** Which entities are viewed most, and how much? One statement, so one snapshot. */
export async function readTopEntities({ compared, ...read }: TopToRead): Promise<Top> {
  if (compared === undefined) {
    const rows = await ask<TotalsRow>({
      ...read,
      name: "top_entities_columns",
      numbers: ["pending_changes"],
      other: sql``,
    });
    return topOf({ rows: rows.map((row) => [row, countedEntity(row)]), sort: read.sort });
  }
  const { date_from, date_to } = compared;
  const rows = await ask<ComparedRow>({
    ...read,
    name: "compared_top_entities_columns",
    numbers: ["pending_changes", "cut_hour"],
    other: sql`, ${date_from}::text::date, ${date_to}::text::date`,
  });
  return topOf({ rows: rows.map((row) => [row, comparedEntity(row)]), sort: read.sort });
}

interface Asked extends Omit<TopToRead, "compared"> {
  name: string;
  /** Which of its columns are numbers. */
  numbers: readonly string[];
  other: RawBuilder<unknown>;
}

async function ask<Row extends object>({
  connection: { db, schema },
  entity_type,
  owner_entity_id,
  range: { date_from, date_to },
  sort,
  limit,
  signal,
  name,
  numbers,
  other,
}: Asked): Promise<readonly OfEntity<Row>[]> {
  const query = sql<OfEntity<Row>>`
    select ${withText(numbers)}, ${newSince({ schema, date_to })}
    from ${sql.id(schema, name)}(
      ${entity_type}, ${date_from}::text::date, ${date_to}::text::date, ${sort}, ${limit}${other},
      ${owner_entity_id}
    ) c
  `.compile(db);
  return runQuery({ db, query, signal });
}

interface TopRows {
  rows: readonly (readonly [OfEntity<object>, CountedEntity & Partial<ComparedEntity>])[];
  sort: ParsedTopEntitiesChoice["sort"];
}

/** What the rows of the database say. */
export function topOf({ rows, sort }: TopRows): Top {
  const [first] = rows;
  if (first === undefined) throw new AnalyticsError("database", "The database gave no top.");
  const [{ score_date }, { current, previous, new_since, freshness }] = first;
  return {
    entities: rows.flatMap(([{ entity_type, entity_id, score }, counted], nth): TopEntity[] => {
      if (entity_type === null) return [];
      const { totals, first_view, last_view, current: now, previous: before } = counted;
      return [
        {
          rank: nth + 1,
          entity_type,
          entity_id,
          ...totals,
          first_view,
          last_view,
          change:
            now?.compared && before?.compared ? changeOf(now.compared, before.compared) : null,
          score: score === null ? null : Number(score),
          is_new: sort === "trending" && score === null,
        },
      ];
    }),
    score_date,
    elapsed: current?.cut ?? null,
    through: previous?.cut ?? null,
    new_since,
    freshness,
  };
}
