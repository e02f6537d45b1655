import { afterAll, beforeAll, expect, test } from "vitest";
import { createInstalledDatabase } from "../../../../testing/oracle/create-installed-database.ts";
import type { TestDatabase } from "../../../../testing/test-database.ts";
import { AnalyticsClient } from "../analytics-client.ts";
import type { DatedQuestion } from "../contract/dated-question.ts";

let database: TestDatabase;
let analytics: AnalyticsClient;

const flat = { entity_type: "listing", entity_id: "1" };
const range = { date_from: "2025-09-10", date_to: "2025-09-12" };
const some = { entities: [flat] };
const top = { level: "site", limit: 1, sort: "views", ...range };
const period = "daily" as const;
const who = { ...flat, sort: "visit_count", limit: 1, visits_limit: 1 };
const kinds = { ...flat, ...range, dimension: "channel", sort: "views", limit: 1 };

beforeAll(async () => {
  database = await createInstalledDatabase("question dates", {
    timeZone: "Europe/Berlin",
    entityId: "bigint",
  });
  analytics = new AnalyticsClient({ pool: database.pool });
});

afterAll(() => database.drop());

test.each<[question: string, query: object, earliest: string | null]>([
  ["time-series", { ...flat, ...range, period }, "2025-09-10"],
  ["time-series", { ...flat, ...range, period, compare: "previous_month" }, "2025-08-10"],
  [
    "time-series",
    { ...flat, ...range, period: "weekly", compare: "previous_period" },
    "2025-09-03",
  ],
  [
    "time-series",
    { ...flat, ...range, period, compare_from: "2025-10-01", compare_to: "2025-10-02" },
    "2025-09-10",
  ],
  ["rolling-visitors", { ...flat, ...range }, "2025-08-14"],
  ["heat-map", { ...flat, date_to: "2025-12-31" }, "2025-10-09"],
  ["visitors", { ...who, ...range }, "2025-09-10"],
  ["visitors", { ...who, date_to: "2025-09-12" }, null],
  ["breakdown", { ...kinds, compare: "previous_year" }, "2024-09-10"],
  ["breakdown", { ...kinds, dimension: "viewer.company", date_from: undefined }, "2025-08-14"],
  ["entity-totals", { ...some, ...range }, "2025-09-10"],
  ["entity-totals", { ...some, ...range, compare: "previous_period" }, "2025-09-07"],
  ["entity-totals", { ...some, all_time: true }, null],
  ["top-entities", top, "2025-09-10"],
  ["top-entities", { ...top, sort: "trending" }, "2025-08-15"],
])("%s of %j", async (question, query, earliest_date) => {
  const asked = { question, query } as DatedQuestion;
  expect(await analytics.getQuestionDates(asked)).toMatchObject({ earliest_date });
});

test("without dates, they are those that its answer has", async () => {
  const { date_from, date_to: today } = await analytics.getTimeSeries(flat);
  const series = { question: "time-series", query: { ...flat, period } } as const;
  expect(await analytics.getQuestionDates(series)).toEqual({ earliest_date: date_from, today });
  const heatMap = await analytics.getHeatMap(flat);
  const ofWeek = await analytics.getQuestionDates({ question: "heat-map", query: flat });
  expect(ofWeek).toEqual({ earliest_date: heatMap.date_from, today });
  const live = { question: "live", query: { ...flat, minutes: 60 } } as const;
  const { since } = await analytics.getLive({ ...flat, minutes: 60 });
  const { rows } = await database.pool.query<{ date: string }>(
    "select to_char($1::timestamptz at time zone 'Europe/Berlin', 'YYYY-MM-DD') as date",
    [since],
  );
  expect(await analytics.getQuestionDates(live)).toEqual({ earliest_date: rows[0]?.date, today });
});

test("nobody knows of a question that there is not", async () => {
  const asked = analytics.getQuestionDates({ question: "retention", query: flat } as never);
  await expect(asked).rejects.toMatchObject({ code: "invalid_input", field: "question" });
});
