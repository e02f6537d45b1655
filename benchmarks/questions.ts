import { deepStrictEqual } from "node:assert";
import type { AnalyticsClient, TimeSeries } from "@headcount/core";
import type { Pool } from "pg";
import { type Count, countRaw, countRawRange } from "./raw-series.ts";

/** One question, asked of the client and of raw page views. */
export interface Question {
  name: string;
  fromRollups: () => Promise<Count[]>;
  fromRaw: () => Promise<Count[]>;
}

interface Asked {
  client: AnalyticsClient;
  pool: Pool;
  entity: { entity_type: string; entity_id: string };
  /** The last date that has page views; questions look back from it. */
  date_to: string;
}

const periods = { day: "daily", week: "weekly", month: "monthly" } as const;

/** Daily, weekly and monthly points of a year with the year's totals, and the visitors of odd ranges. */
export function questionsAbout(asked: Asked): Question[] {
  return [
    series(asked, { name: "365 daily points and totals", unit: "day" }),
    series(asked, { name: "53 weekly points and totals", unit: "week" }),
    series(asked, { name: "13 monthly points and totals", unit: "month" }),
    oddRange(asked, 301),
    oddRange(asked, 100),
    oddRange(asked, 17),
  ];
}

/** Both must say the same before anybody asks which is faster. */
export async function assertSameAnswer(question: Question): Promise<void> {
  deepStrictEqual(await question.fromRollups(), await question.fromRaw(), question.name);
}

function series(
  { client, pool, entity, date_to }: Asked,
  { name, unit }: { name: string; unit: keyof typeof periods },
): Question {
  const range = { ...entity, date_from: daysBefore(date_to, 364), date_to };
  return {
    name,
    fromRollups: async () => {
      const answer = await client.getTimeSeries({ ...range, period: periods[unit] });
      const buckets = answer.data.filter((bucket) => bucket.views > 0);
      return [
        ...buckets.map((bucket) => countOf(bucket.date, bucket)),
        countOf("total", answer.totals),
      ];
    },
    fromRaw: () => countRaw(pool, { ...range, unit }),
  };
}

function oddRange({ client, pool, entity, date_to }: Asked, days: number): Question {
  const last = daysBefore(date_to, 42);
  const range = { ...entity, date_from: daysBefore(last, days - 1), date_to: last };
  return {
    name: `uniques of an odd range, ${days} days`,
    fromRollups: async () => {
      const { totals } = await client.getTimeSeries({ ...range, period: "yearly" });
      return [countOf("total", totals)];
    },
    fromRaw: () => countRawRange(pool, range),
  };
}

function countOf(bucket: string, { views, unique_visitors }: TimeSeries["totals"]): Count {
  return { bucket, views, unique_visitors };
}

function daysBefore(date: string, days: number): string {
  return new Date(Date.parse(date) - days * 86_400_000).toISOString().slice(0, 10);
}
