import { deepStrictEqual } from "node:assert";
import type { AnalyticsClient, TimeSeriesQuery } from "@headcount/core";
import type { Pool } from "pg";
import { countRaw, type RawCount } from "./raw-series.ts";

/** One question, asked of the client and of raw page views. */
export interface Question {
  name: string;
  fromRollups(): Promise<RawCount[]>;
  fromRaw(): Promise<RawCount[]>;
}

interface Asked {
  client: AnalyticsClient;
  pool: Pool;
  entity: { entity_type: string; entity_id: string };
  /** The last date that has page views; questions look back from it. */
  date_to: string;
}

/** Daily, weekly and monthly points of a year, and the visitors of odd ranges. */
export function questionsAbout(asked: Asked): Question[] {
  const yearAgo = daysBefore(asked.date_to, 364);
  return [
    series(asked, "365 daily points", "daily", "day", yearAgo),
    series(asked, "53 weekly points, exact uniques", "weekly", "week", yearAgo),
    series(asked, "13 monthly points, exact uniques", "monthly", "month", yearAgo),
    range(
      asked,
      "uniques of one odd range (100 days)",
      daysBefore(asked.date_to, 141),
      daysBefore(asked.date_to, 42),
    ),
    range(
      asked,
      "uniques of one odd range (17 days)",
      daysBefore(asked.date_to, 58),
      daysBefore(asked.date_to, 42),
    ),
  ];
}

/** Both must say the same before anybody asks which is faster. */
export async function assertSameAnswer(question: Question): Promise<void> {
  deepStrictEqual(await question.fromRollups(), await question.fromRaw(), question.name);
}

function series(
  { client, pool, entity, date_to }: Asked,
  name: string,
  period: TimeSeriesQuery["period"],
  unit: "day" | "week" | "month",
  date_from: string,
): Question {
  return {
    name,
    fromRollups: async () => {
      const answer = await client.getTimeSeries({ ...entity, date_from, date_to, period });
      return answer.data
        .filter((bucket) => bucket.views > 0)
        .map(({ date, views, unique_visitors }) => ({ bucket: date, views, unique_visitors }));
    },
    fromRaw: () => countRaw(pool, { ...entity, date_from, date_to, unit }),
  };
}

function range(
  { client, pool, entity }: Asked,
  name: string,
  date_from: string,
  date_to: string,
): Question {
  return {
    name,
    fromRollups: async () => {
      const { totals } = await client.getTimeSeries({
        ...entity,
        date_from,
        date_to,
        period: "yearly",
      });
      return [{ bucket: date_from, views: totals.views, unique_visitors: totals.unique_visitors }];
    },
    fromRaw: () => countRaw(pool, { ...entity, date_from, date_to, unit: "range" }),
  };
}

function daysBefore(date: string, days: number): string {
  return new Date(Date.parse(date) - days * 86_400_000).toISOString().slice(0, 10);
}
