import {
  AnalyticsError,
  type ComparisonQuery,
  type DateRange,
  type Entity,
} from "@headcount/core/contract";
import type { Pool } from "pg";
import type { User } from "../host/accounts.ts";
import { findPage, type Page } from "../host/pages.ts";

/** How many days, today among them, an owner on Free may look back. */
export const freeDays = 30;
const day = 24 * 60 * 60 * 1000;

/** @throws {AnalyticsError} `forbidden` unless the page is the user's; also when there is none, which is nobody's business */
export async function requireOwnPage(pool: Pool, user: User, entity: Entity): Promise<Page> {
  const page = await findPage(pool, entity);
  if (page?.owner_id === user.id) return page;
  throw new AnalyticsError("forbidden", "This page is not one of yours: ask about your own.");
}

/** @throws {AnalyticsError} `upgrade_needed` unless the user is on Pro */
export function requirePro(user: User, wish: string): void {
  if (user.plan === "pro") return;
  throw new AnalyticsError("upgrade_needed", `${wish} comes with Pro: upgrade to see it.`);
}

/**
 * The query within what the user's plan shows: on Free a range that is left open begins 30 days ago.
 *
 * @throws {AnalyticsError} `upgrade_needed` when the query, or what it compares with, begins earlier
 */
export function withinPlan<Query extends DateRange & ComparisonQuery>(
  user: User,
  query: Query,
): Query {
  if (user.plan === "pro") return query;
  // this app reports in UTC
  const earliest = new Date(Date.now() - (freeDays - 1) * day).toISOString().slice(0, 10);
  const { date_from = earliest, compare, compare_from = earliest } = query;
  const isEarlier = date_from < earliest || compare_from < earliest || compare !== undefined;
  if (isEarlier) requirePro(user, `What was before the last ${freeDays} days`);
  return { ...query, date_from };
}
