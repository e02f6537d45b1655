import type { AnalyticsClient, Visitor } from "@headcount/core";
import { clientCall } from "../questions/client-call.ts";
import {
  type Answer,
  countOf,
  isOwnerQuestion,
  type Question,
  type RankedVisitor,
} from "../questions/question.ts";
import type { Contender } from "./contender.ts";
import { headcountOwner } from "./headcount-owner.ts";

/** What a host calls. */
export function headcountClient(client: AnalyticsClient): Contender {
  return { name: "headcount", asks: (question) => asks(client, question) };
}

function asks(client: AnalyticsClient, question: Question): (() => Promise<Answer>) | undefined {
  if (isOwnerQuestion(question)) return () => headcountOwner(client, question);
  const call = clientCall(question);
  if (call === undefined) return undefined;
  if (call.method === "getVisitors") {
    return async () => (await client.getVisitors(call.query)).data.map(rankedVisitor);
  }
  return async () => {
    const { data, totals } = await client.getTimeSeries(call.query);
    const total = countOf("total", totals);
    if (question.kind === "range") return [total];
    const buckets = data.filter(({ views }) => views > 0);
    return [...buckets.map((bucket) => countOf(bucket.date, bucket)), total];
  };
}

function rankedVisitor(visitor: Visitor): RankedVisitor {
  const { account_id, visit_count, last_visit, visits } = visitor;
  return {
    visitor: account_id,
    visit_count,
    last_visit,
    visits: visits.map(({ viewed_at }) => viewed_at),
  };
}
