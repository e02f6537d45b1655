import type { AnalyticsClient } from "@headcount/core";
import type { Breakdown, BreakdownQuery } from "@headcount/core/contract";
import type { EntityQuestion } from "../oracle/entity-question.ts";
import { type WrongAnswer, wrongAnswers } from "../oracle/wrong-answer.ts";

const dimensions = ["channel", "source", "device", "visitor_kind"] as const;

/** Compares breakdowns of an entity of a cluster with those that one Postgres has of the same page views and sessions. */
export async function compareBreakdownsOf(
  cluster: AnalyticsClient,
  one: AnalyticsClient,
  question: EntityQuestion,
): Promise<WrongAnswer[]> {
  const { entity_type, entity_id, date_from, date_to, compared } = question;
  // an id that SQL can hold and the client refuses
  if (entity_id === "") return [];
  const found: WrongAnswer[] = [];
  for (const dimension of dimensions) {
    const asked = { entity_type, entity_id, date_from, date_to, dimension };
    const queries: BreakdownQuery[] = [
      { ...asked, sort: "entries" },
      { ...asked, filter_dimension: "device", filter_value: "mobile", limit: 1 },
      ...(compared === undefined
        ? []
        : [{ ...asked, compare_from: compared.date_from, compare_to: compared.date_to }]),
    ];
    for (const query of queries) {
      found.push(
        ...wrongAnswers(
          question,
          { [dimension]: withoutFreshness(await one.getBreakdown(query)) },
          { [dimension]: withoutFreshness(await cluster.getBreakdown(query)) },
        ),
      );
    }
  }
  return found;
}

function withoutFreshness({ freshness: _freshness, ...answer }: Breakdown): unknown {
  return answer;
}
