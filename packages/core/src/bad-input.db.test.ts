import { Kysely, PostgresDialect } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createInstalledDatabase } from "../../../testing/oracle/create-installed-database.ts";
import type { TestDatabase } from "../../../testing/test-database.ts";
import { AnalyticsClient } from "./analytics-client.ts";
import type { CallOptions } from "./call-options.ts";
import type { RebuildQuery } from "./contract/aggregation.ts";
import type { TimeSeriesQuery } from "./contract/time-series-query.ts";
import type { VisitorsQuery } from "./contract/visitors-query.ts";
import type { FoldOptions } from "./maintenance/aggregate.ts";
import type { EntityMove } from "./maintenance/people/move-entity.ts";
import type { ForgetVisitorsOptions } from "./maintenance/retention/forget-visitors.ts";

const question = { entity_type: "listing", entity_id: "7" };
const statements: string[] = [];

let database: TestDatabase;
let db: Kysely<unknown>;
let analytics: AnalyticsClient;

beforeAll(async () => {
  database = await createInstalledDatabase("bad input", { entityId: "bigint" });
  db = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: database.pool }),
    log: ({ query }) => {
      statements.push(query.sql);
    },
  });
  analytics = new AnalyticsClient({ db });
  // What the installation says is read once, before the first answer.
  await analytics.getTimeSeries(question);
});

afterAll(() => database.drop());

async function outcomeOf(call: () => Promise<unknown>): Promise<object> {
  statements.length = 0;
  const error = await call().catch((thrown: unknown) => thrown);
  return { error, sent: [...statements] };
}

test("the harness sees what is sent", async () => {
  statements.length = 0;
  await analytics.getVisitors(question);
  expect(statements).not.toHaveLength(0);
});

const injection = "'; drop table page_views; --";
const million = "x".repeat(1_000_000);
const refused = (error: object) => ({ error: { name: "AnalyticsError", ...error }, sent: [] });
const invalid = (field: string) => refused({ code: "invalid_input", field });
const invalidOptions = refused({
  code: "invalid_input",
  message: expect.stringMatching(/^The options object is (null|5): give an object\.$/),
});
const day = { date_from: "2026-01-01", date_to: "2026-01-01" };
const tooLong = refused({ code: "range_too_long" });

describe("a time series of this sends nothing to the database", () => {
  test.each<[name: string, changes: object, expected: object]>([
    ["no entity_type", { entity_type: undefined }, invalid("entity_type")],
    ["no entity_id", { entity_id: undefined }, invalid("entity_id")],
    ["an id of the wrong type", { entity_id: "7a" }, invalid("entity_id")],
    ["an id that no bigint holds", { entity_id: "9223372036854775808" }, invalid("entity_id")],
    ["NUL", { entity_type: "a\0" }, invalid("entity_type")],
    ["a million characters", { entity_type: million }, invalid("entity_type")],
    ["an impossible date", { date_from: "2026-02-30" }, invalid("date_from")],
    ["from after to", { date_from: "2026-02-01", date_to: "2026-01-31" }, invalid("date_from")],
    ["an unknown period", { period: "minutely" }, invalid("period")],
    ["a time zone", { time_zone: "Mars/Olympus" }, invalid("time_zone")],
    ["SQL as an id", { entity_id: injection }, invalid("entity_id")],
    ["SQL as a date", { date_to: injection }, invalid("date_to")],
    ["SQL as a period", { period: injection }, invalid("period")],
    ["SQL as a key", { [injection]: 1 }, invalid(injection)],
    ["10,001 days", { date_from: "2000-01-01", date_to: "2027-05-19" }, tooLong],
    [
      "417 days by hour",
      { date_from: "2025-01-01", date_to: "2026-02-21", period: "hourly" },
      tooLong,
    ],
  ])("%s", async (_name, changes, expected) => {
    const query = { ...question, ...changes } as TimeSeriesQuery;
    expect(await outcomeOf(() => analytics.getTimeSeries(query))).toMatchObject(expected);
  });
});

describe("a list of visitors of this sends nothing to the database", () => {
  test.each<[name: string, changes: object, expected: object]>([
    ["no entity_id", { entity_id: undefined }, invalid("entity_id")],
    ["an id of the wrong type", { entity_id: "1.5" }, invalid("entity_id")],
    ["an unknown kind", { kind: "robot" }, invalid("kind")],
    ["an unknown sort", { sort: "name" }, invalid("sort")],
    ["SQL as sort", { sort: `visit_count${injection}` }, invalid("sort")],
    ["no visitors", { limit: 0 }, invalid("limit")],
    ["too many visitors", { limit: 1001 }, invalid("limit")],
    ["too many visits", { visits_limit: 101 }, invalid("visits_limit")],
    ["a million characters", { search: million }, invalid("search")],
    ["NUL", { search: "\0" }, invalid("search")],
    ["an impossible date", { date_to: "2026-04-31" }, invalid("date_to")],
    ["a period", { period: "daily" }, invalid("period")],
    ["SQL as cursor", { cursor: injection }, refused({ code: "invalid_cursor", field: "cursor" })],
  ])("%s", async (_name, changes, expected) => {
    const query = { ...question, ...changes } as VisitorsQuery;
    expect(await outcomeOf(() => analytics.getVisitors(query))).toMatchObject(expected);
  });
});

describe("a call with these options sends nothing to the database", () => {
  test.each<[name: string, options: unknown, expected: object]>([
    ["a signal that is not one", { signal: 5 }, invalid("signal")],
    ["an object without events as signal", { signal: { aborted: false } }, invalid("signal")],
    ["an extra key", { timeout: 5 }, invalid("timeout")],
    ["null", null, invalidOptions],
    ["a number", 5, invalidOptions],
  ])("%s", async (_name, options, expected) => {
    const given = options as CallOptions;
    expect(await outcomeOf(() => analytics.getTimeSeries(question, given))).toMatchObject(expected);
    expect(await outcomeOf(() => analytics.getVisitors(question, given))).toMatchObject(expected);
  });

  test.each<[options: unknown, expected: object]>([
    [null, invalidOptions],
    [5, invalidOptions],
    [{ signal: 5 }, invalid("signal")],
    [{ concurrency: 9 }, invalid("concurrency")],
    [day, invalid("date_from")],
  ])("aggregating with %j", async (options, expected) => {
    const call = () => analytics.aggregate(options as FoldOptions);
    expect(await outcomeOf(call)).toMatchObject(expected);
  });
});

describe("about people and entities, this sends nothing to the database", () => {
  test.each<[person: object, expected: object]>([
    [
      {},
      refused({ field: "account_id", message: expect.stringMatching(/give it, session_ids or/) }),
    ],
    [{ account_id: "x" }, invalid("account_id")],
    [{ session_ids: [""] }, invalid("session_ids")],
    [{ visitor_ids: [injection] }, invalid("visitor_ids")],
    [{ visitor_ids: Array.from({ length: 1001 }, String) }, invalid("visitor_ids")],
    [{ account: 1 }, invalid("account")],
  ])("%j", async (person, expected) => {
    const records = analytics.exportPerson(person);
    expect(await outcomeOf(() => analytics.erasePerson(person))).toMatchObject(expected);
    expect(await outcomeOf(() => records.next())).toMatchObject(expected);
  });

  test.each<[options: object, expected: object]>([
    [{ dryRun: 1 }, invalid("dryRun")],
    [{ keepCounts: "yes" }, invalid("keepCounts")],
    [{ actor: million }, invalid("actor")],
    [{ dry_run: true }, invalid("dry_run")],
  ])("erasing with %j", async (options, expected) => {
    const call = () => analytics.erasePerson({ account_id: crypto.randomUUID() }, options);
    expect(await outcomeOf(call)).toMatchObject(expected);
  });

  test.each<[options: object, expected: object]>([
    [{}, invalid("inactiveDays")],
    [{ inactiveDays: 6 }, invalid("inactiveDays")],
    [{ inactiveDays: 400, kind: "browser" }, invalid("kind")],
    [{ inactiveDays: 400, onProgress: 1 }, invalid("onProgress")],
  ])("forgetting with %j", async (options, expected) => {
    const call = () => analytics.forgetVisitors(options as ForgetVisitorsOptions);
    expect(await outcomeOf(call)).toMatchObject(expected);
  });

  test("an entity that is not one, or a move to where it is", async () => {
    const calls = [
      [() => analytics.eraseEntity({ ...question, entity_id: "x" }), "entity_id"],
      [() => analytics.moveEntity({ from: question, to: { ...question, entity_id: 7 } }), "to"],
      [() => analytics.moveEntity({ from: question } as EntityMove), "to"],
    ] as const;
    for (const [call, field] of calls) expect(await outcomeOf(call)).toMatchObject(invalid(field));
  });
});

test("aggregating in a transaction of the host's sends nothing, though nothing is pending", async () => {
  await db.transaction().execute(async (transaction) => {
    const inside = new AnalyticsClient({ db: transaction });
    expect(await outcomeOf(() => inside.aggregate())).toMatchObject(invalid("db"));
    expect(await outcomeOf(() => inside.rebuild(day))).toMatchObject(invalid("db"));
    const person = { account_id: crypto.randomUUID() };
    expect(await outcomeOf(() => inside.erasePerson(person))).toMatchObject(invalid("db"));
    const forgetting = () => inside.forgetVisitors({ inactiveDays: 400 });
    expect(await outcomeOf(forgetting)).toMatchObject(invalid("db"));
  });
});

describe("rebuilding this sends nothing to the database", () => {
  test.each<[name: string, options: object, expected: object]>([
    ["one date", { date_from: "2026-01-01" }, invalid("date_to")],
    [
      "an impossible date",
      { date_from: "2026-02-30", date_to: "2026-03-01" },
      invalid("date_from"),
    ],
    ["from after to", { date_from: "2026-02-02", date_to: "2026-02-01" }, invalid("date_from")],
    ["SQL", { date_from: injection, date_to: "2026-02-01" }, invalid("date_from")],
    ["an extra key", { from: "2026-01-01" }, invalid("date_from")],
  ])("%s", async (_name, query, expected) => {
    expect(await outcomeOf(() => analytics.rebuild(query as RebuildQuery))).toMatchObject(expected);
  });

  test.each<[name: string, options: object, expected: object]>([
    ["a signal that is not one", { signal: 5 }, invalid("signal")],
    ["progress to nowhere", { onProgress: 5 }, invalid("onProgress")],
    ["an option of folding", { concurrency: 2 }, invalid("concurrency")],
  ])("with %s", async (_name, options, expected) => {
    const call = () => analytics.rebuild(day, options);
    expect(await outcomeOf(call)).toMatchObject(expected);
  });
});

test("SQL in a text that is allowed is a text", async () => {
  const list = await analytics.getVisitors({
    ...question,
    entity_type: injection,
    search: injection,
  });
  expect(list.data).toEqual([]);
  const { rows } = await database.pool.query("select count(*)::int as count from page_views");
  expect(rows).toEqual([{ count: 0 }]);
});

test("a range without end that begins after today is refused", async () => {
  const call = analytics.getTimeSeries({ ...question, date_from: "9000-01-01" });
  await expect(call).rejects.toMatchObject({ code: "invalid_input", field: "date_from" });
});

test.each(["0001-01-01", "0001-01-29"])(
  "30 days before %s begin with the first date",
  async (date_to) => {
    const series = await analytics.getTimeSeries({ ...question, date_to });
    expect(series).toMatchObject({ date_from: "0001-01-01", date_to });
    expect(series.data).toHaveLength(Number(date_to.slice(-2)));
  },
);
