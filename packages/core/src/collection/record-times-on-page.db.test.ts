import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { compareRollups } from "../../../../testing/oracle/compare-rollups.ts";
import { createInstalledDatabase } from "../../../../testing/oracle/create-installed-database.ts";
import type { TestDatabase } from "../../../../testing/test-database.ts";
import { AnalyticsClient } from "../analytics-client.ts";

let database: TestDatabase;
let analytics: AnalyticsClient;
let ids: string[];

beforeAll(async () => {
  database = await createInstalledDatabase("time on page", { pageViewId: "uuid" });
  analytics = new AnalyticsClient({ pool: database.pool });
});

beforeEach(async () => {
  await database.pool.query("truncate page_views");
  ids = Array.from({ length: 3 }, () => randomUUID());
  await analytics.trackPageViews(ids.map((id) => ({ id, entity_type: "home", entity_id: null })));
});

afterAll(() => database.drop());

async function times(): Promise<(number | null)[]> {
  const { rows } = await database.pool.query<{ time: number | null }>(
    "select time_on_page as time from page_views order by array_position($1::uuid[], id)",
    [ids],
  );
  return rows.map(({ time }) => time);
}

function record(position: number, seconds: number) {
  return analytics.recordTimeOnPage({ page_view_id: ids[position] ?? "", seconds });
}

test("a time only grows, is whole and is capped", async () => {
  for (const seconds of [9.99, 3, 9]) await record(0, seconds);
  await record(1, 0);
  await record(2, 1_000_000);
  expect(await times()).toEqual([9, 0, 1800]);
});

test("a time that the host stored and that is beyond the cap stays", async () => {
  await database.pool.query("update page_views set time_on_page = 4000 where id = $1", [ids[0]]);
  expect(await record(0, 5000)).toEqual({ accepted: 1, refused: [] });
  expect(await times()).toEqual([4000, null, null]);
});

test("many times are recorded at once, in any order, the longest of each", async () => {
  const [first = "", second = ""] = ids;
  const result = await analytics.recordTimesOnPage([
    { page_view_id: first, seconds: 4 },
    { page_view_id: second.toUpperCase(), seconds: 7 },
    { page_view_id: first, seconds: 2 },
    { page_view_id: randomUUID(), seconds: 5 },
    { page_view_id: "first", seconds: 5 },
    { page_view_id: first, seconds: -1 },
  ]);
  expect(result).toEqual({
    accepted: 3,
    refused: [
      { index: 3, code: "unknown_page_view", message: expect.stringMatching(/^The page view is/) },
      {
        index: 4,
        code: "invalid_input",
        message: expect.stringMatching(/^page_view_id is a text/),
      },
      { index: 5, code: "invalid_input", message: expect.stringMatching(/^seconds is a number/) },
    ],
  });
  expect(await times()).toEqual([4, 7, null]);
});

test.for([undefined, null, {}, Array.from({ length: 10_001 }, () => ({}))])(
  "no list of times is refused as a whole, by the client and by a buffer: case %#",
  async (list) => {
    const refusal = {
      code: "invalid_input",
      field: "times",
      message: expect.stringMatching(/give an array of up to/),
    };
    for (const collector of [analytics, analytics.createPageViewBuffer()]) {
      await expect(collector.recordTimesOnPage(list as never)).rejects.toMatchObject(refusal);
    }
  },
);

test("calls at once about the same views neither deadlock nor lose the longest", async () => {
  const call = (seconds: number) => {
    const batch = ids.map((page_view_id) => ({ page_view_id, seconds }));
    return analytics.recordTimesOnPage(seconds % 2 === 0 ? batch : batch.toReversed());
  };
  const results = await Promise.all(Array.from({ length: 40 }, (_, seconds) => call(seconds)));
  expect(results.every(({ accepted }) => accepted === 3)).toBe(true);
  expect(await times()).toEqual([39, 39, 39]);
  await analytics.aggregate();
  expect(await compareRollups(database.pool)).toEqual([]);
});
