import type { AnalyticsClient, TimeSeries, Visitor, VisitorsQuery } from "@headcount/core";
import type { OracleAnswer, OracleBucket, OracleVisitor } from "./ask-oracle.ts";
import type { EntityQuestion } from "./entity-question.ts";
import { rankVisitors } from "./rank-visitors.ts";
import { type WrongAnswer, wrongAnswers } from "./wrong-answer.ts";

/** Compares what the client answers, page by page, with the oracle: an empty list when all is well. */
export async function compareClient(
  client: AnalyticsClient,
  question: EntityQuestion,
  oracle: OracleAnswer,
): Promise<WrongAnswer[]> {
  const { entity_type, entity_id, date_from, date_to, period, kind, sort, limit, compared } =
    question;
  // an id that SQL can hold and the client refuses
  if (entity_id === "") return [];
  const subject = question.subject ?? { entity_type, entity_id };

  const timeSeries = await client.getTimeSeries({
    ...subject,
    date_from,
    date_to,
    period,
    ...(compared && { compare_from: compared.date_from, compare_to: compared.date_to }),
  });
  const visitors = {
    ...subject,
    sort,
    limit,
    visits_limit: 3,
    ...(kind && { kind }),
  };
  return wrongAnswers(
    question,
    {
      series: oracle.series.map(withoutNoHour),
      compared: compared && {
        series: oracle.compared?.series.map(withoutNoHour),
        totals: oracle.compared?.totals,
        before_first_view: oracle.compared?.before_first_view,
        current: oracle.totals,
        previous: oracle.compared?.totals,
      },
      totals: oracle.totals,
      "sum of the buckets' views": oracle.totals.views,
      visitors: expectedVisitors(question, oracle.visitors),
      visitors_of_all_time: expectedVisitors(question, oracle.visitors_of_all_time),
    },
    {
      series: timeSeries.data,
      compared: comparedOf(timeSeries),
      totals: timeSeries.totals,
      "sum of the buckets' views": timeSeries.data.reduce((sum, bucket) => sum + bucket.views, 0),
      visitors: await allVisitors(client, { ...visitors, date_from, date_to }),
      visitors_of_all_time: await allVisitors(client, visitors),
    },
  );
}

function withoutNoHour({ hour, ...bucket }: OracleBucket): Record<string, unknown> {
  return { ...bucket, ...(hour !== null && { hour }) };
}

// All of these ranges are over, so what is compared is all of them.
function comparedOf({ compare }: TimeSeries): Record<string, unknown> | undefined {
  if (compare === null) return undefined;
  const { data, totals, before_first_view, change } = compare;
  const compared = (side: "current" | "previous") =>
    Object.fromEntries(Object.entries(change ?? {}).map(([name, of]) => [name, of[side]]));
  return {
    series: data.map(({ pairs_with: _pairsWith, ...bucket }) => bucket),
    totals,
    before_first_view,
    current: compared("current"),
    previous: compared("previous"),
  };
}

type ListedVisitor = Omit<Visitor, "visits"> & { visits: string[] };

async function allVisitors(
  client: AnalyticsClient,
  query: VisitorsQuery,
): Promise<ListedVisitor[]> {
  const visitors: ListedVisitor[] = [];
  let cursor: string | null = null;
  do {
    const page = await client.getVisitors(cursor === null ? query : { ...query, cursor });
    for (const { visits, ...visitor } of page.data) {
      visitors.push({ ...visitor, visits: visits.map(({ viewed_at }) => viewed_at) });
    }
    cursor = page.next_cursor;
  } while (cursor !== null);
  return visitors;
}

function expectedVisitors(
  { kind, sort, subject }: EntityQuestion,
  visitors: OracleVisitor[],
): Record<string, unknown>[] {
  const listed = visitors.filter(
    (visitor) => kind === undefined || (kind === "account") === (visitor.kind === "a"),
  );
  return rankVisitors(listed, sort).map(
    ({ place: _place, kind: code, visitor_id, latest_visits, entities, ...visitor }) => ({
      ...visitor,
      ...(subject !== undefined && { entities }),
      kind: code === "a" ? "account" : "anonymous",
      account_id: code === "a" ? visitor_id : null,
      username: null,
      display_name: "Anonymous",
      viewer: {},
      first_visit: toMilliseconds(visitor.first_visit),
      last_visit: toMilliseconds(visitor.last_visit),
      visits: latest_visits.map(toMilliseconds),
    }),
  );
}

function toMilliseconds(instant: string): string {
  return new Date(instant).toISOString();
}
