import type { AnalyticsClient, TimeSeries, Visitor } from "@headcount/core";
import {
  type Answer,
  countOf,
  type Question,
  type RankedVisitor,
  type SeriesQuestion,
} from "../questions/question.ts";
import type { Contender } from "./contender.ts";

const periods = { day: "daily", week: "weekly", month: "monthly" } as const;

/** What a host calls. An answer always has its totals, so a series without is not asked for. */
export function headcountClient(client: AnalyticsClient): Contender {
  return { name: "headcount", asks: (question) => asks(client, question) };
}

function asks(client: AnalyticsClient, question: Question): (() => Promise<Answer>) | undefined {
  const { entity } = question;
  switch (question.kind) {
    case "series":
      return question.with_totals ? () => series(client, question) : undefined;
    case "range": {
      const { date_from, date_to } = question;
      return async () => {
        const query = { ...entity, date_from, date_to, period: "yearly" } as const;
        return [countOf("total", (await client.getTimeSeries(query)).totals)];
      };
    }
    case "visitors": {
      const { dates, limit, visits_limit } = question;
      return async () => {
        const answer = await client.getVisitors({ ...entity, ...dates, limit, visits_limit });
        return answer.data.map(rankedVisitor);
      };
    }
  }
}

async function series(
  client: AnalyticsClient,
  { entity, date_from, date_to, unit }: SeriesQuestion,
): Promise<Answer> {
  const period = periods[unit];
  const answer: TimeSeries = await client.getTimeSeries({ ...entity, date_from, date_to, period });
  const counts = answer.data
    .filter(({ views }) => views > 0)
    .map((bucket) => countOf(bucket.date, bucket));
  return [...counts, countOf("total", answer.totals)];
}

function rankedVisitor(visitor: Visitor): RankedVisitor {
  const { account_id, session_id, visit_count, last_visit, visits } = visitor;
  return {
    visitor: account_id ?? session_id ?? "",
    visit_count,
    last_visit,
    visits: visits.map(({ viewed_at }) => viewed_at),
  };
}
