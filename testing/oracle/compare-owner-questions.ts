import { type AnalyticsClient, isAnalyticsError } from "@headcount/core";
import { type Measures, type TopEntity, topSorts } from "@headcount/core/contract";
import type { Pool } from "pg";
import type { EntityQuestion } from "./entity-question.ts";
import { type WrongAnswer, wrongAnswers } from "./wrong-answer.ts";

/** Compares what is asked of an owner, and the digest of any subject, with the oracle: an empty list when all is well. */
export async function compareOwnerQuestions(
  pool: Pick<Pool, "query">,
  client: AnalyticsClient,
  question: EntityQuestion,
): Promise<WrongAnswer[]> {
  // an id that SQL can hold and the client refuses
  if (question.entity_id === "") return [];
  return [
    ...(await compareTops(pool, client, question)),
    ...(await compareDay(pool, question)),
    ...(await compareDigest(pool, client, question)),
  ];
}

const countedSorts = topSorts.filter((sort) => sort !== "trending");

async function compareTops(
  pool: Pick<Pool, "query">,
  client: AnalyticsClient,
  question: EntityQuestion,
): Promise<WrongAnswer[]> {
  const { subject, entity_id, date_from, date_to, limit, compared } = question;
  if (subject?.level !== "owner") return [];
  const sort = countedSorts[limit % countedSorts.length] ?? "views";
  const comparison = compared && {
    compare_from: compared.date_from,
    compare_to: compared.date_to,
  };
  const asked = { ...subject, date_from, date_to, sort, limit, ...comparison };
  const answer = await unlessSealed(client.getTopEntities(asked));
  if (answer === undefined) return [];
  const { rows } = await pool.query<{ top: unknown; before: BeforeOfEntity[] }>(
    `select
       oracle.top_entities_of_owner($1, $2, $3, $4, $5) as top,
       (select coalesce(jsonb_agg(c), '[]') from oracle.counts_of_owner($1, $6, $7) c) as before`,
    [entity_id, date_from, date_to, sort, limit, compared?.date_from, compared?.date_to],
  );
  const [expected] = rows;
  if (expected === undefined) throw new Error("The oracle is silent.");
  const changes = answer.data.map(({ change }) => ({
    views: change?.views.previous,
    unique_visitors: change?.unique_visitors.previous,
    new_visitors: change?.new_visitors.previous,
    bounce_rate: change?.bounce_rate.previous,
  }));
  return wrongAnswers(
    question,
    {
      top_of_owner: expected.top,
      before_of_owner: compared && answer.data.map((one) => beforeOf(one, expected.before)),
    },
    { top_of_owner: answer.data.map(countsOf), before_of_owner: compared && changes },
  );
}

// What trends on the last day, and who was there at its noon.
async function compareDay(
  pool: Pick<Pool, "query">,
  question: EntityQuestion,
): Promise<WrongAnswer[]> {
  const { subject, entity_id, date_to } = question;
  if (subject?.level !== "owner") return [];
  const { rows } = await pool.query<Record<string, unknown>>(
    `select
       oracle.trending_entities(null, $2, 9, 1, $1) as trending_of_owner, to_jsonb(o) as live_of_owner,
       (select coalesce(jsonb_agg(jsonb_build_array(u.type, nullif(u.id, oracle.no_entity())::text, u.score) order by u.nth), '[]')
        from (
          select coalesce(array_agg(c.entity_type), '{}') as types, coalesce(array_agg(c.entity_id), '{}') as ids
          from counts_of_owner($1::text::oracle.entity_id_type, null, null, $2, $2, null) c
        ) o,
        trending_entities(null, $2, 9, 1, o.types, o.ids) t,
        unnest(t.entity_types, t.entity_ids, t.scores) with ordinality u (type, id, score, nth)) as trending,
       to_jsonb(l) - 'since' - 'until' as live
     from (select ($2::date + time '12:30') at time zone oracle.time_zone() as until) n
     cross join lateral oracle.live_visitors('headcount:owner', $1, n.until - interval '60 minutes', n.until) o
     cross join lateral live_visitors(array['headcount:owner'], array[$1::text::oracle.entity_id_type], 60, n.until) l
     -- of earlier days page views may be gone
     where $2::date >= oracle.sealed_before()`,
    [entity_id, date_to],
  );
  return rows.flatMap(({ trending, live, ...expected }) =>
    wrongAnswers(question, expected, { trending_of_owner: trending, live_of_owner: live }),
  );
}

type BeforeOfEntity = Pick<
  TopEntity,
  "entity_type" | "entity_id" | "views" | "unique_visitors" | "new_visitors" | "bounce_rate"
>;

function beforeOf(
  { entity_type, entity_id }: TopEntity,
  before: readonly BeforeOfEntity[],
): Record<string, unknown> {
  const found = before.find(
    (one) => one.entity_type === entity_type && one.entity_id === entity_id,
  );
  const none = { views: 0, unique_visitors: 0, new_visitors: 0, bounce_rate: null };
  const { views, unique_visitors, new_visitors, bounce_rate } = found ?? none;
  return { views, unique_visitors, new_visitors, bounce_rate };
}

function countsOf({
  rank,
  entity_type,
  entity_id,
  views,
  unique_visitors,
  unique_accounts,
  new_visitors,
  bounce_rate,
  first_view,
}: TopEntity): Record<string, unknown> {
  const counts = { views, unique_visitors, unique_accounts, new_visitors, bounce_rate };
  return { rank, entity_type, entity_id, ...counts, first_view };
}

async function compareDigest(
  pool: Pick<Pool, "query">,
  client: AnalyticsClient,
  question: EntityQuestion,
): Promise<WrongAnswer[]> {
  const { entity_type, entity_id, date_to, limit } = question;
  const period = limit % 2 === 0 ? "weekly" : "monthly";
  const subject = question.subject ?? { entity_type, entity_id };
  const digest = await unlessSealed(client.getDigest({ ...subject, period, date: date_to }));
  if (digest === undefined) return [];
  const { rows } = await pool.query<{
    totals: Measures;
    before: Measures;
    best: object | null;
    sources: unknown;
    accounts: unknown;
  }>(
    `select
       (select to_jsonb(t) from oracle.totals($1, $2, r.first, r.last) t) as totals,
       (select to_jsonb(t) from oracle.totals($1, $2, (r.first - r.length)::date, r.first - 1) t) as before,
       (select to_jsonb(s) - 'hour' - 'partial' from oracle.time_series($1, $2, r.first, r.last, 'daily') s
        where s.views > 0 order by s.views desc, s.date limit 1) as best,
       case when r.first >= oracle.sealed_before() then (
         select coalesce(jsonb_agg(s - 'entries' - 'bounce_rate' order by nth), '[]')
         from jsonb_array_elements(oracle.breakdown_answer($1, $2, r.first, r.last, 'source')) with ordinality s (s, nth)
         where nth <= 3
       ) end as sources,
       (
         select coalesce(jsonb_agg(v.visitor_id order by v.first_visit desc, v.visit_count desc, v.place), '[]')
         from (
           select v.* from oracle.visitors_between($1, $2) v
           where v.kind = 'a' and v.first_visit >= r.first::timestamp at time zone oracle.time_zone()
             and v.first_visit < (r.last + 1)::timestamp at time zone oracle.time_zone()
           order by v.first_visit desc, v.visit_count desc, v.place limit 5
         ) v
       ) as accounts
     from (
       select
         date_trunc(u.unit, $3::date::timestamp)::date as first,
         (date_trunc(u.unit, $3::date::timestamp) + u.length - interval '1 day')::date as last, u.length
       from (select $4::text as unit, ('1 ' || $4)::interval as length) u
     ) r`,
    [entity_type, entity_id, date_to, period === "weekly" ? "week" : "month"],
  );
  const [expected] = rows;
  if (expected === undefined) throw new Error("The oracle is silent.");
  return wrongAnswers(
    question,
    {
      digest_totals: expected.totals,
      // what is not over yet is compared with as much of the time before
      digest_before: digest.elapsed === null ? expected.before : undefined,
      digest_best_day: expected.best,
      digest_sources: expected.sources,
      digest_accounts: expected.accounts,
    },
    {
      digest_totals: digest.totals,
      digest_before:
        digest.elapsed === null
          ? Object.fromEntries(
              Object.entries(digest.change ?? {}).map(([name, { previous }]) => [name, previous]),
            )
          : undefined,
      digest_best_day: digest.best_day,
      digest_sources:
        digest.top_sources?.map(
          ({ share_of_visitors: _share, entries: _entries, bounce_rate: _rate, ...source }) =>
            source,
        ) ?? null,
      digest_accounts: digest.new_accounts.map(({ account_id }) => account_id),
    },
  );
}

// Where an owner's page views were pruned, it may not be known any more what of an entity was the owner's.
async function unlessSealed<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  return answer.catch((error: unknown) => {
    if (isAnalyticsError(error) && error.code === "sealed") return undefined;
    throw error;
  });
}
