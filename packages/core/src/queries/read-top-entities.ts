import { type RawBuilder, sql } from "kysely";
import type { Cut } from "../contract/change.ts";
import type { Entity } from "../contract/entity.ts";
import type { Freshness } from "../contract/freshness.ts";
import type { ParsedTopEntitiesQuery } from "../contract/top-entities-query.ts";
import type { Connection } from "../database/connect.ts";
import { runQuery } from "../database/run-query.ts";
import { withText } from "../database/with-text.ts";
import { AnalyticsError } from "../errors.ts";
import type { DateRange } from "./date-range.ts";
import {
  type ComparedEntity,
  type ComparedRow,
  type CountedEntity,
  comparedEntity,
  countedEntity,
  type TotalsRow,
} from "./read-entity-totals.ts";

interface TopToRead extends Pick<ParsedTopEntitiesQuery, "sort" | "limit"> {
  connection: Connection;
  /** Null for all types. */
  entity_type: string | null;
  range: DateRange;
  compared: DateRange | undefined;
  signal?: AbortSignal | undefined;
}

interface CountedTop {
  entity: Entity;
  counted: CountedEntity & Partial<ComparedEntity>;
  score: number | null;
}

interface Top {
  entities: CountedTop[];
  score_date: string | null;
  elapsed: Cut | null;
  through: Cut | null;
  freshness: Freshness;
}

/** A row without an entity says how fresh the answer is where there are none. */
type OfEntity<Row> = Row & {
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
    return topOf(rows.map((row) => [row, countedEntity(row)]));
  }
  const { date_from, date_to } = compared;
  const rows = await ask<ComparedRow>({
    ...read,
    name: "compared_top_entities_columns",
    numbers: ["pending_changes", "cut_hour"],
    other: sql`, ${date_from}::text::date, ${date_to}::text::date`,
  });
  return topOf(rows.map((row) => [row, comparedEntity(row)]));
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
  range: { date_from, date_to },
  sort,
  limit,
  signal,
  name,
  numbers,
  other,
}: Asked): Promise<readonly OfEntity<Row>[]> {
  const query = sql<OfEntity<Row>>`
    select ${withText(numbers)}
    from ${sql.id(schema, name)}(
      ${entity_type}, ${date_from}::text::date, ${date_to}::text::date, ${sort}, ${limit}${other}
    ) c
  `.compile(db);
  return runQuery({ db, query, signal });
}

function topOf(
  rows: readonly (readonly [OfEntity<object>, CountedEntity & Partial<ComparedEntity>])[],
): Top {
  const [first] = rows;
  if (first === undefined) throw new AnalyticsError("database", "The database gave no top.");
  const [{ score_date }, { current, previous, freshness }] = first;
  return {
    entities: rows.flatMap(([{ entity_type, entity_id, score }, counted]) =>
      entity_type === null
        ? []
        : [
            {
              entity: { entity_type, entity_id },
              counted,
              score: score === null ? null : Number(score),
            },
          ],
    ),
    score_date,
    elapsed: current?.cut ?? null,
    through: previous?.cut ?? null,
    freshness,
  };
}
