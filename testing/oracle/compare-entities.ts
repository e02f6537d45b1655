import type { AnalyticsClient } from "@headcount/core";
import {
  type Entity,
  type TopEntitiesQuery,
  type TopSort,
  topSorts,
} from "@headcount/core/contract";
import type { Pool } from "pg";
import type { OracleMeasures } from "./ask-oracle.ts";
import { type EntityQuestion, withLatestDays } from "./entity-question.ts";
import { type WrongAnswer, wrongAnswers } from "./wrong-answer.ts";

/** Compares what is asked of several entities at once with the oracle: an empty list when all is well. */
export async function compareEntities(
  oracle: Pick<Pool, "query">,
  client: AnalyticsClient,
  question: EntityQuestion,
): Promise<WrongAnswer[]> {
  // an id that SQL can hold and the client refuses
  if (question.entity_id === "") return [];
  const asked = withLatestDays(question);
  return wrongAnswers(
    question,
    await oracleAnswers(oracle, asked),
    await answers(oracle, client, asked),
  );
}

type Answers = Record<"totals" | "together" | "all_time" | "top_of_type" | "top_of_site", unknown>;

async function oracleAnswers(
  oracle: Pick<Pool, "query">,
  { entity_type, entity_id, date_from, date_to, limit }: EntityQuestion,
): Promise<Answers> {
  const { rows } = await oracle.query<{
    totals: OracleMeasures;
    together: OracleMeasures;
    all_time: OracleMeasures;
    bounds: { first_view: string | null; last_view: string | null };
    sparkline: number[];
  }>(
    `select
       (select to_jsonb(t) from oracle.totals($1, $2, $3, $4) t) as totals,
       (select to_jsonb(t) from oracle.totals_together($1, $3, $4) t) as together,
       (select to_jsonb(t) from oracle.totals($1, $2, '-infinity', 'infinity') t) as all_time,
       (select to_jsonb(b) from oracle.first_and_last_view($1, $2) b) as bounds,
       (select jsonb_agg(s.views order by s.date) from oracle.time_series($1, $2, $3, $4, 'daily') s) as sparkline`,
    [entity_type, entity_id, date_from, date_to],
  );
  const [answer] = rows;
  if (answer === undefined) throw new Error("The oracle is silent.");
  const { totals, together, all_time, bounds, sparkline } = answer;
  const topOf = async (type: string | null): Promise<unknown> => {
    const top = await oracle.query<{ top: unknown }>(
      "select oracle.top_entities($1, $2, $3, $4, $5) as top",
      [type, date_from, date_to, sortOf(limit), limit],
    );
    return top.rows[0]?.top;
  };
  return {
    totals: { ...totals, ...bounds, sparkline },
    together,
    all_time: { ...all_time, ...bounds, sparkline: null },
    top_of_type: await topOf(entity_type),
    top_of_site: await topOf(null),
  };
}

async function answers(
  oracle: Pick<Pool, "query">,
  client: AnalyticsClient,
  { entity_type, entity_id, date_from, date_to, limit }: EntityQuestion,
): Promise<Answers> {
  const range = { date_from, date_to };
  const entity = { entity_type, entity_id };
  // beside another one, whose numbers are not to be mixed up with its own
  const entities = [{ entity_type: "nothing", entity_id }, entity];
  const { rows: siblings } = await oracle.query<Entity>(
    "select distinct v.entity_type, v.entity_id from oracle.live_views v where v.entity_type = $1 and v.entity_id is distinct from ''",
    [entity_type],
  );
  const topOf = async (
    asked: Pick<TopEntitiesQuery, "level" | "entity_type">,
  ): Promise<unknown[]> => {
    const { data } = await client.getTopEntities({
      ...asked,
      ...range,
      sort: sortOf(limit),
      limit,
    });
    return data.map(
      ({
        rank,
        entity_type: type,
        entity_id: id,
        views,
        unique_visitors,
        unique_accounts,
        first_view,
      }) => {
        const counts = { views, unique_visitors, unique_accounts, first_view };
        return { rank, entity_type: type, entity_id: id, ...counts };
      },
    );
  };
  return {
    totals: totalsOf(await client.getEntityTotals({ entities, ...range, sparkline: "daily" })),
    together: (
      await client.getEntityTotals({
        entities: siblings.length ? siblings : [entity],
        ...range,
        together: true,
      })
    ).together,
    all_time: totalsOf(await client.getEntityTotals({ entities, all_time: true })),
    top_of_type: await topOf({ level: "type", entity_type }),
    top_of_site: await topOf({ level: "site" }),
  };
}

const countedSorts = topSorts.filter((sort) => sort !== "trending");

function sortOf(limit: number): TopSort {
  return countedSorts[limit % countedSorts.length] ?? "views";
}

function totalsOf({ data }: { data: readonly object[] }): Record<string, unknown> {
  const {
    entity_type: _type,
    entity_id: _id,
    change: _change,
    ...totals
  } = data[1] as Record<string, unknown>;
  return totals;
}
