import { AnalyticsClient } from "@headcount/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TestDatabase } from "../test-database.ts";
import { addViews } from "./add-views.ts";
import { askOracle } from "./ask-oracle.ts";
import { compareClient } from "./compare-client.ts";
import { compareQuestions } from "./compare-questions.ts";
import { compareReadFunctions } from "./compare-read-functions.ts";
import { compareRollups } from "./compare-rollups.ts";
import { createInstalledDatabase } from "./create-installed-database.ts";
import type { EntityQuestion } from "./entity-question.ts";
import { foldEverything } from "./fold-everything.ts";

// The comparisons that every other test trusts must be able to fail.

const question: EntityQuestion = {
  entity_type: "article",
  entity_id: null,
  date_from: "2026-01-02",
  date_to: "2026-02-10",
  period: "weekly",
  sort: "visit_count",
  limit: 2,
};

let database: TestDatabase;

beforeAll(async () => {
  database = await createInstalledDatabase("oracle", { timeZone: "Europe/Berlin" });
  await addViews(database.pool, 200);
  await foldEverything(database.pool);
});

afterAll(() => database.drop());

/** Damages the rollups, looks at them, and takes the damage back. */
async function lookAtDamage<Seen>(
  damage: string,
  look: (client: Pick<TestDatabase["pool"], "query">) => Promise<Seen>,
): Promise<Seen> {
  const client = await database.pool.connect();
  try {
    await client.query("begin");
    await client.query(damage);
    return await look(client);
  } finally {
    await client.query("rollback");
    client.release();
  }
}

test("undamaged rollups and answers are the oracle's", async () => {
  const { pool } = database;
  const analytics = new AnalyticsClient({ pool });
  const oracle = await askOracle(pool, question);
  expect(oracle.totals.views).toBeGreaterThan(5);
  expect(oracle.visitors.length).toBeGreaterThan(question.limit);
  expect(await compareRollups(pool)).toEqual([]);
  expect(await compareReadFunctions(pool, question, oracle)).toEqual([]);
  expect(await compareClient(analytics, question, oracle)).toEqual([]);
  expect(await compareQuestions(pool, analytics, question)).toEqual([]);
});

const lastRow = (rollup: string, where: string): string =>
  `ctid = (select max(ctid) from ${rollup} where ${where})`;

/** The rollup under the name that is compared. */
const comparedAs: Record<string, string> = {
  analytics_days: "analytics_aggregates",
  analytics_hours: "analytics_aggregates",
  analytics_entity_visitors: "analytics_visitors",
};

test.for([
  "analytics_days",
  "analytics_hours",
  "analytics_entity_visitors",
  "analytics_visitor_days",
  "analytics_visitor_returns",
  "analytics_visitor_return_weeks",
  "analytics_entities",
  "visitor_sessions",
])("a row that %s lacks is reported", async (rollup) => {
  const differences = await lookAtDamage(
    `delete from ${rollup} where ${lastRow(rollup, "true")}`,
    compareRollups,
  );
  expect(differences.length).toBeGreaterThan(0);
  for (const difference of differences) {
    expect(difference).toMatchObject({ rollup: comparedAs[rollup] ?? rollup, fault: "missing" });
  }
});

test.for([
  { rollup: "analytics_days", column: "views" },
  { rollup: "analytics_days", column: "again_in_quarter" },
  { rollup: "analytics_hours", column: "hours[1][2]" },
  { rollup: "analytics_entity_visitors", column: "days_visited" },
  { rollup: "analytics_visitor_days", column: "hours_seen" },
  { rollup: "analytics_visitor_returns", column: "accounts" },
  { rollup: "analytics_visitor_return_weeks", column: "visitors" },
  { rollup: "analytics_entities", column: "timed_views" },
  { rollup: "visitor_sessions", column: "unique_pages" },
])("one too many in $column of $rollup is reported", async ({ rollup, column }) => {
  const compared = comparedAs[rollup] ?? rollup;
  const differences = await lookAtDamage(
    `update ${rollup} set ${column} = ${column} + 1 where ${lastRow(rollup, `${column} is not null`)}`,
    compareRollups,
  );
  const faults = differences.map(({ fault }) => fault).toSorted();
  expect(faults).toEqual(
    faults.map((_, nth) => (nth < faults.length / 2 ? "missing" : "unexpected")),
  );
  expect(new Set(differences.map((difference) => difference.rollup))).toEqual(new Set([compared]));
});

test("a page view that capture did not see is reported", async () => {
  const differences = await lookAtDamage(
    `alter table page_views disable trigger user;
     insert into page_views (entity_type, viewed_at) values ('article', '2026-01-09 12:00+00')`,
    compareRollups,
  );
  expect(differences.map(({ rollup }) => rollup)).toContain("analytics_aggregates");
});

test("wrong answers of the read functions and of the client are reported", async () => {
  const { pool } = database;
  const damage = (sign: string): string =>
    `update analytics_days set views = views ${sign} 1 where entity_id = '00000000-0000-0000-0000-000000000000';
     update analytics_entities set views = views ${sign} 1 where entity_id = '00000000-0000-0000-0000-000000000000';
     update analytics_entity_visitors set visit_count = visit_count ${sign} 1
     where entity_id = '00000000-0000-0000-0000-000000000000';
     update visitor_sessions set first_seen_at = first_seen_at ${sign} interval '1 microsecond'`;
  const oracle = await askOracle(pool, question);
  await pool.query(damage("+"));
  try {
    const wrongInSql = await compareReadFunctions(pool, question, oracle);
    expect(wrongInSql.map(({ asked }) => asked)).toEqual([
      "series",
      "visitors_of_all_time",
      "pages_of_many_of_all_time",
    ]);
    const wrongInClient = await compareClient(new AnalyticsClient({ pool }), question, oracle);
    expect(wrongInClient.map(({ asked }) => asked)).toEqual([
      "series",
      "totals",
      "sum of the buckets' views",
      "visitors_of_all_time",
    ]);
    const client = new AnalyticsClient({ pool });
    const tops = ["top_of_type", "top_of_site"];
    const wrongElsewhere = await compareQuestions(pool, client, question);
    expect(wrongElsewhere.map(({ asked }) => asked)).toEqual([
      "heat_map",
      "totals",
      "together",
      "all_time",
      ...tops,
    ]);
    const { rows } = await pool.query<{ entity_id: string }>(
      "select md5('entity 1')::uuid as entity_id",
    );
    const ofEntries = { ...question, ...rows[0], date_from: "2026-01-01" };
    const wrongEntries = await compareQuestions(pool, client, ofEntries);
    expect(wrongEntries.map(({ asked }) => asked)).toEqual([
      "kinds",
      "channels",
      "sources_of_some",
      "together",
      ...tops,
    ]);
  } finally {
    await pool.query(damage("-"));
  }
});
