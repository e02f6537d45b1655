import type * as z from "zod/mini";
import type { DateRange } from "../contract/calendar-date.ts";
import type { ComparisonQuery } from "../contract/comparison-query.ts";
import {
  type DatedQuestion,
  datedQuestion,
  type QuestionDates,
} from "../contract/dated-question.ts";
import { parseInput } from "../contract/parse-input.ts";
import type { Period } from "../contract/period.ts";
import type { ParsedTopEntitiesChoice } from "../contract/top-entities-query.ts";
import type { Connection } from "../database/connect.ts";
import { wholeWeeksUntil } from "./breakdown-range.ts";
import { comparedRange } from "./compared-range.ts";
import { daysBefore, rangeUntil, today } from "./date-range.ts";
import { digestRange } from "./digest-range.ts";
import { smallestGroup } from "./get-breakdown.ts";
import { heatMapDays } from "./get-heat-map.ts";

type AskedQuestion = z.output<typeof datedQuestion>;

interface QuestionDatesCall {
  connection: Connection;
  query: DatedQuestion;
  signal?: AbortSignal | undefined;
}

/** Which dates does this question read? */
export async function getQuestionDates({
  connection,
  query,
  signal,
}: QuestionDatesCall): Promise<QuestionDates> {
  const asked = parseInput({ schema: datedQuestion, input: query });
  const { time_zone } = await connection.installation({ signal });
  const clock = { db: connection.db, time_zone, signal };
  const now = await today(clock);
  const earliest_date =
    asked.question === "live"
      ? await today({ ...clock, minutesAgo: asked.query.minutes })
      : earliestDate(asked, now);
  return { earliest_date, today: now };
}

function earliestDate(
  { question, query }: Exclude<AskedQuestion, { question: "live" }>,
  now: string,
): string | null {
  switch (question) {
    case "time-series":
      return earliestOf(query, now, query.period);
    case "entity-totals":
      return query.all_time === true ? null : earliestOf(query, now, query.sparkline ?? "daily");
    case "top-entities":
      return leastOf(earliestOf(query, now, "daily"), trendStart(query, now));
    case "breakdown": {
      const start = earliestOf(query, now, "daily");
      // fewer days, when it is answered with small groups
      return smallestGroup(query) > 1
        ? leastOf(start, wholeWeeksUntil(query, now).date_from)
        : start;
    }
    case "digest":
      return digestRange(query, now).compared.date_from;
    case "rolling-visitors":
      return daysBefore(rangeUntil(query, now).date_from, 27);
    case "heat-map":
      return rangeUntil(query, now, heatMapDays).date_from;
    case "visitors":
      return query.date_from ?? null;
  }
}

// What trends is compared with the same day of the four weeks before.
function trendStart({ sort, ...query }: ParsedTopEntitiesChoice, now: string): string {
  const { date_from, date_to } = rangeUntil(query, now);
  const last = leastOf(date_to, daysBefore(now, 1));
  return sort === "trending" && last >= date_from ? daysBefore(last, 28) : date_from;
}

// The first date of the range, or of what it is compared with.
function earliestOf(query: ComparisonQuery & DateRange, now: string, period: Period): string {
  const range = rangeUntil(query, now);
  const compared = comparedRange({ ...query, range, period });
  return compared === undefined ? range.date_from : leastOf(range.date_from, compared.date_from);
}

const leastOf = (one: string, other: string): string => (one < other ? one : other);
