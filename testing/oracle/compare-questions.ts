import { type AnalyticsClient, isAnalyticsError } from "@headcount/core";
import type { BreakdownQuery } from "@headcount/core/contract";
import type { Pool } from "pg";
import { compareEntities } from "./compare-entities.ts";
import { type EntityQuestion, withLatestDays } from "./entity-question.ts";
import { type WrongAnswer, wrongAnswers } from "./wrong-answer.ts";

/** Compares what else is asked of one entity, or of several, with the oracle: an empty list when all is well. */
export async function compareQuestions(
  pool: Pick<Pool, "query">,
  client: AnalyticsClient,
  question: EntityQuestion,
): Promise<WrongAnswer[]> {
  // an id that SQL can hold and the client refuses
  if (question.entity_id === "") return [];
  const asked = withLatestDays(question);
  return [
    ...wrongAnswers(question, await oracleAnswers(pool, asked), await answers(pool, client, asked)),
    ...(await compareEntities(pool, client, question)),
  ];
}

interface Answers {
  rolling: unknown[];
  heat_map: unknown;
  kinds: unknown[] | null;
  channels: unknown[] | null;
  sources_of_some: unknown[] | null;
  compared_channels: unknown;
  trending: unknown;
  live: unknown;
}

// The clock of both: noon of the last day, and half an hour before.
const noon = "$4::date + time '12:30'";

async function oracleAnswers(
  pool: Pick<Pool, "query">,
  question: EntityQuestion,
): Promise<Record<keyof Answers, unknown>> {
  const { entity_type, entity_id, date_from, date_to, limit } = question;
  const { rows } = await pool.query<{
    rolling: unknown[];
    heat_map: unknown;
    kinds: unknown[] | null;
    channels: unknown[] | null;
    sources_of_some: unknown[] | null;
    trending: unknown;
    live: unknown;
  }>(
    `select
       oracle.trending_entities(null, $4, 9, 1) as trending,
       oracle.breakdown_answer($1, $2, $3, $4, 'visitor_kind') as kinds,
       oracle.breakdown_answer($1, $2, $3, $4, 'channel') as channels,
       oracle.breakdown_answer($1, $2, $3, $4, 'source', 'device', $5) as sources_of_some,
       (select jsonb_agg(r order by r.date) from oracle.rolling_visitors($1, $2, $3, $4) r) as rolling,
       (select jsonb_agg(jsonb_build_array(h.views, h.visitor_hours, h.occurrences) order by h.weekday, h.hour)
        from oracle.heat_map($1, $2, $3, $4, ${noon}) h) as heat_map,
       (select to_jsonb(l) from (select (${noon}) at time zone oracle.time_zone() as until) u,
        oracle.live_visitors($1, $2, u.until - interval '60 minutes', u.until) l
        where $4::date >= oracle.sealed_before()) as live`,
    [entity_type, entity_id, date_from, date_to, deviceOf(limit)],
  );
  const [answer] = rows;
  if (answer === undefined) throw new Error("The oracle is silent.");
  return {
    ...answer,
    compared_channels: await expectedChannels(pool, question),
  };
}

async function answers(
  pool: Pick<Pool, "query">,
  client: AnalyticsClient,
  question: EntityQuestion,
): Promise<Record<keyof Answers, unknown>> {
  const { entity_type, entity_id, date_from, date_to, limit } = question;
  const range = { date_from, date_to };
  const entity = { entity_type, entity_id };
  const rolling = await client.getRollingVisitors({ ...entity, ...range });
  const valuesOf = async (
    asked: Pick<BreakdownQuery, "dimension" | "filter_dimension" | "filter_value">,
  ): Promise<unknown[] | null> => {
    const answer = client.getBreakdown({ ...entity, ...range, ...asked });
    const { data } = await answer.catch((error: unknown) => {
      if (isAnalyticsError(error) && error.code === "sealed") return { data: [] };
      throw error;
    });
    const values = data.map(({ share_of_visitors: _share, change: _change, ...rest }) => rest);
    return values.length === 0 ? null : values;
  };
  const { rows } = await pool.query<{ heat_map: unknown; trending: unknown; live: unknown }>(
    `select
       (select coalesce(jsonb_agg(jsonb_build_array(u.type, nullif(u.id, oracle.no_entity())::text, u.score) order by u.nth), '[]')
        from trending_entities(null, $4, 9, 1) t,
        unnest(t.entity_types, t.entity_ids, t.scores) with ordinality u (type, id, score, nth)) as trending,
       (select jsonb_agg(jsonb_build_array(u.views, u.visitor_hours, u.occurrences) order by u.nth)
        from heat_map_columns($1, $2, $3, $4, ${noon}) h,
        unnest(h.views::int[], h.visitor_hours::int[], h.occurrences::int[]) with ordinality
          u (views, visitor_hours, occurrences, nth)) as heat_map,
       (select to_jsonb(l) - 'since' - 'until'
        from live_visitors(array[$1::text], array[$2::oracle.entity_id_type], 60, (${noon}) at time zone oracle.time_zone()) l
        -- of what is viewed now page views are never pruned
        where $4::date >= oracle.sealed_before()) as live`,
    [entity_type, entity_id, date_from, date_to],
  );
  return {
    rolling: rolling.data.map(
      ({ stickiness: _stickiness, partial: _partial, ...counts }) => counts,
    ),
    heat_map: rows[0]?.heat_map,
    trending: rows[0]?.trending,
    kinds: await valuesOf({ dimension: "visitor_kind" }),
    channels: await valuesOf({ dimension: "channel" }),
    sources_of_some: await valuesOf({
      dimension: "source",
      filter_dimension: "device",
      filter_value: deviceOf(limit),
    }),
    compared_channels: await comparedChannels(pool, question),
    live: rows[0]?.live,
  };
}

// Those that histories have, and views of which it is not known.
function deviceOf(limit: number): string | null {
  return ["mobile", "desktop"][limit] ?? null;
}

// What is not over yet is compared with as much of the other range.
async function expectedChannels(
  pool: Pick<Pool, "query">,
  { entity_type, entity_id, date_from, date_to, compared }: EntityQuestion,
): Promise<unknown> {
  if (compared === undefined) return null;
  const { today, hour } = compared;
  const { rows } = await pool.query<{ channels: unknown }>(
    `select jsonb_agg(
       jsonb_build_object('value', v.value, 'now', counts.now, 'before', counts.before)
       order by v.views desc, v.visitors desc, v.value collate "C"
     ) as channels
     from oracle.breakdown($1, $2, $3, $4, 'channel') v
     cross join lateral (
       select
         case when $4::date < $7::date then 'infinity' else $7::date + make_interval(hours => $8::integer) end as now,
         case when $4::date >= $7::date and $5::date + ($7::date - $3::date) <= $6::date then $5::date + ($7::date - $3::date) + make_interval(hours => $8::integer)
           else 'infinity' end as before
     ) until
     cross join lateral (
       select
         (select to_jsonb(b) - 'value' from oracle.breakdown($1, $2, $3, $4, 'channel', null, null, until.now) b
          where b.value is not distinct from v.value) as now,
         (select to_jsonb(b) - 'value' from oracle.breakdown($1, $2, $5, $6, 'channel', null, null, until.before) b
          where b.value is not distinct from v.value) as before
     ) counts
     where ($4::date < $7::date or $3::date < $7::date or $3::date = $7::date and $8::integer > 0)
       and least($3::date, $5::date) >= oracle.sealed_before()`,
    [entity_type, entity_id, date_from, date_to, compared.date_from, compared.date_to, today, hour],
  );
  return rows[0]?.channels;
}

async function comparedChannels(
  pool: Pick<Pool, "query">,
  { entity_type, entity_id, date_from, date_to, compared }: EntityQuestion,
): Promise<unknown> {
  if (compared === undefined) return null;
  const counts = (
    array: string,
  ): string => `case when ${array} is not null and ${array}::text <> 'null' then jsonb_build_object(
    'views', ${array}[0], 'timed_views', ${array}[1], 'time_total', ${array}[2], 'visitors', ${array}[3], 'accounts', ${array}[4],
    'entries', ${array}[5], 'bounces', ${array}[6]) end`;
  const { rows } = await pool.query<{ channels: unknown }>(
    `select (
       select jsonb_agg(
         jsonb_build_object('value', n.value, 'now', ${counts("(c.compared::jsonb -> (n.nth - 1)::integer)")},
           'before', ${counts("(c.compared_before::jsonb -> (n.nth - 1)::integer)")})
         order by n.nth)
       from jsonb_array_elements_text(c.names::jsonb) with ordinality n (value, nth)
       where c.compared is not null
     ) as channels
     from breakdown_columns(
       $1, $2, $3, $4, 'channel', null, null, 'views', 500, 0, $5, $6, $7::date + make_interval(hours => $8, mins => 20)
     ) c`,
    [
      entity_type,
      entity_id,
      date_from,
      date_to,
      compared.date_from,
      compared.date_to,
      compared.today,
      compared.hour,
    ],
  );
  return rows[0]?.channels;
}
