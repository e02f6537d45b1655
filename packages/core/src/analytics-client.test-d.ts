import type { PGlite } from "@electric-sql/pglite";
import { Kysely, PGliteDialect, type Transaction } from "kysely";
import type { Pool } from "pg";
import { describe, expectTypeOf, test } from "vitest";
import type { CollectMessage, Entity, TimeSeriesQuery, VisitorsQuery } from "./contract/index.ts";
import {
  type AccountVisitor,
  AnalyticsClient,
  type AnalyticsClientOptions,
  type AnonymousVisitor,
  type AttributesVisitor,
  type CollectRequestOptions,
  type CollectResult,
  type DaySeries,
  type FoldResult,
  type HourSeries,
  type PageView,
  type Period,
  type RebuildResult,
  type TimeSeries,
  type Visitor,
  type VisitorList,
} from "./index.ts";

interface HostDatabase {
  listings: { id: string };
}

declare const analytics: AnalyticsClient;
declare const pool: Pool;
declare const db: Kysely<HostDatabase>;
declare const transaction: Transaction<HostDatabase>;
declare const pglite: PGlite;
declare const period: Period;

describe("a client is made with", () => {
  test("a pool, a Kysely instance of any host, or a connection string", () => {
    expectTypeOf({ pool }).toExtend<AnalyticsClientOptions>();
    expectTypeOf({ db }).toExtend<AnalyticsClientOptions>();
    expectTypeOf({ db: transaction, schema: "analytics" }).toExtend<AnalyticsClientOptions>();
    expectTypeOf({ connectionString: "" }).toExtend<AnalyticsClientOptions>();
    const embedded = new Kysely<HostDatabase>({ dialect: new PGliteDialect({ pglite }) });
    expectTypeOf({ db: embedded }).toExtend<AnalyticsClientOptions>();
  });

  test("one of them only", () => {
    expectTypeOf({ pool, db }).not.toExtend<AnalyticsClientOptions>();
    // @ts-expect-error without a way to the database there is nothing to ask
    void new AnalyticsClient({ schema: "analytics" });
  });
});

test("a question says which entity it is about, and null is said", () => {
  expectTypeOf({ entity_type: "listing", entity_id: null }).toExtend<TimeSeriesQuery>();
  expectTypeOf({ entity_type: "listing", entity_id: 7 }).toExtend<VisitorsQuery>();
  expectTypeOf({ entity_type: "listing" }).not.toExtend<VisitorsQuery>();
  expectTypeOf<TimeSeriesQuery["period"]>().toEqualTypeOf<
    "hourly" | "daily" | "weekly" | "monthly" | "quarterly" | "yearly" | undefined
  >();
});

test("answers have the shapes of the contract", () => {
  const question = { entity_type: "listing", entity_id: "7" };
  expectTypeOf(analytics.getTimeSeries(question)).resolves.toExtend<TimeSeries>();
  expectTypeOf(analytics.getVisitors(question)).resolves.toEqualTypeOf<VisitorList>();
  expectTypeOf<TimeSeries["totals"]["avg_time_on_page"]>().toEqualTypeOf<number | null>();
});

describe("buckets have hours", () => {
  const question = { entity_type: "listing", entity_id: "7" };

  test("when they are of hours", () => {
    const hourly = analytics.getTimeSeries({ ...question, period: "hourly" });
    expectTypeOf(hourly).resolves.toEqualTypeOf<HourSeries>();
    expectTypeOf<HourSeries["data"][number]["hour"]>().toEqualTypeOf<number>();
  });

  test("and not when they are of days or longer, as they are by default", () => {
    const weekly = analytics.getTimeSeries({ ...question, period: "weekly" });
    expectTypeOf(weekly).resolves.toEqualTypeOf<DaySeries<"weekly">>();
    expectTypeOf(analytics.getTimeSeries(question)).resolves.toEqualTypeOf<DaySeries<"daily">>();
    expectTypeOf<DaySeries["data"][number]["hour"]>().toEqualTypeOf<undefined>();
  });

  test("or not, when the period is not known before", () => {
    const chosen = analytics.getTimeSeries({ ...question, period });
    expectTypeOf(chosen).resolves.toEqualTypeOf<TimeSeries>();
    expectTypeOf(
      analytics.getTimeSeries({} as TimeSeriesQuery),
    ).resolves.toEqualTypeOf<TimeSeries>();
    expectTypeOf<TimeSeries["data"][number]["hour"]>().toEqualTypeOf<number | undefined>();
  });
});

test("a visitor is an account, with its name or without, or anonymous: which is known by its kind", () => {
  const visitor = {} as Visitor;
  if (visitor.kind === "account") expectTypeOf(visitor).toEqualTypeOf<AccountVisitor>();
  else expectTypeOf(visitor.ref).toEqualTypeOf<string>();
  if (visitor.account_id === null)
    expectTypeOf(visitor).toEqualTypeOf<AnonymousVisitor | AttributesVisitor>();
});

test("a server names accounts and times, and a browser's message has neither account nor owner", () => {
  const view = { entity_type: "listing", entity_id: 7, session_id: "s" };
  expectTypeOf({
    ...view,
    account_id: 9,
    owner_id: null,
    viewed_at: new Date(),
  }).toExtend<PageView>();
  expectTypeOf({ entity_type: "listing" }).not.toExtend<PageView>();
  expectTypeOf(analytics.trackPageView(view)).resolves.toEqualTypeOf<CollectResult>();
  expectTypeOf<Parameters<typeof analytics.recordTimeOnPage>[0]>().toEqualTypeOf<{
    page_view_id: string;
    entity_type?: string | undefined;
    entity_id?: string | number | null | undefined;
    seconds: number;
  }>();
  const message = { ...view, type: "page_view", id: "a" } as const;
  expectTypeOf(message).toExtend<CollectMessage>();
  // @ts-expect-error whose view it is, only the host says
  void ({ ...message, account_id: "9" } satisfies CollectMessage);
  // @ts-expect-error and whose the entity is
  void ({ ...message, owner_id: "9" } satisfies CollectMessage);
  const ownerOf = async ({ entity_id }: Entity) => entity_id;
  expectTypeOf({ owner_id: ownerOf, owner_account_id: 7 }).toExtend<CollectRequestOptions>();
  expectTypeOf({ owner_id: () => undefined }).not.toExtend<CollectRequestOptions>();
});

test("aggregate folds, and a rebuild needs both dates", () => {
  const range = { date_from: "2026-01-01", date_to: "2026-01-31" };
  expectTypeOf(analytics.aggregate()).resolves.toEqualTypeOf<FoldResult>();
  expectTypeOf(analytics.rebuild(range)).resolves.toEqualTypeOf<RebuildResult>();
  // @ts-expect-error the last date is missing
  void analytics.rebuild({ date_from: "2026-01-01" });
});
