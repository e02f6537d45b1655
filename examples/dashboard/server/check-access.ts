import {
  AnalyticsError,
  type ComparisonQuery,
  type DateRange,
  type Entity,
  type QuestionDates,
} from "@headcount/core/contract";
import { addDays } from "@headcount/core/present";
import type { Pool } from "pg";
import type { User } from "../host/accounts.ts";
import { findPage, type Page } from "../host/pages.ts";

/** How many days, today among them, an owner on Free may look back. */
const freeDays = 30;

/** @throws {AnalyticsError} `forbidden` unless the page is the user's; also when there is none, which is nobody's business */
export async function requireOwnPage(pool: Pool, user: User, entity: Entity): Promise<Page> {
  const page = await findPage(pool, entity);
  if (page?.owner_id === user.id) return page;
  throw new AnalyticsError("forbidden", "This page is not one of yours: ask about your own.");
}

/** @throws {AnalyticsError} `forbidden` unless the user is that owner */
export function requireSelf(user: User, owner_id: string): void {
  if (owner_id === user.id) return;
  throw new AnalyticsError("forbidden", "These pages are not yours: ask about your own.");
}

/** @throws {AnalyticsError} `upgrade_needed` unless the user is on Pro */
export function requirePro(user: User, wish: string): void {
  if (user.plan === "pro") return;
  throw new AnalyticsError("upgrade_needed", `${wish} comes with Pro: upgrade to see it.`);
}

/** @throws {AnalyticsError} `forbidden` unless the user runs this host */
export function requireOperator(user: User): void {
  if (user.is_operator) return;
  throw new AnalyticsError("forbidden", "Only the operator of this host may see or change this.");
}

/**
 * The query within what the user's plan shows: on Free a range that is left open begins 30 days ago.
 *
 * @throws {AnalyticsError} `upgrade_needed` when anything earlier would be read, as by a comparison
 */
export function withinPlan<Query extends DateRange & ComparisonQuery>(
  user: User,
  { query, earliest_date, today }: { query: Query } & QuestionDates,
): Query {
  if (user.plan === "pro") return query;
  const first = addDays(today, 1 - freeDays);
  const { date_from, compare, compare_from } = query;
  const isOpen = [date_from, compare, compare_from].every((one) => one === undefined);
  if (isOpen && earliest_date !== null) return { ...query, date_from: first };
  if (earliest_date === null || earliest_date < first) {
    requirePro(user, `What was before the last ${freeDays} days`);
  }
  return query;
}
