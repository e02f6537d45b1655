import type { TimeSeriesQuery, VisitorsQuery } from "@headcount/core";
import { isOwnerQuestion, type Question } from "./question.ts";

/** What a host calls of the client. */
export type ClientCall =
  | { method: "getTimeSeries"; query: TimeSeriesQuery }
  | { method: "getVisitors"; query: VisitorsQuery };

const periods = { day: "daily", week: "weekly", month: "monthly" } as const;

/** How the client is asked a question; it always gives totals, so a series without is not asked for. */
export function clientCall(question: Question): ClientCall | undefined {
  if (isOwnerQuestion(question)) return undefined;
  const { entity } = question;
  if (question.kind === "visitors") {
    const { dates, limit, visits_limit } = question;
    return { method: "getVisitors", query: { ...entity, ...dates, limit, visits_limit } };
  }
  const { date_from, date_to } = question;
  const range = { ...entity, date_from, date_to };
  if (question.kind === "range") {
    return { method: "getTimeSeries", query: { ...range, period: "yearly" } };
  }
  if (!question.with_totals) return undefined;
  return { method: "getTimeSeries", query: { ...range, period: periods[question.unit] } };
}
