import { type RawBuilder, sql } from "kysely";
import type { VisitorSort } from "../contract/visitors-query.ts";
import type { IdType } from "../database/installation.ts";

export type RankingColumn = "visit_count" | "last_visit" | "first_visit";

/** What visitors are sorted by, each downwards; then come anonymous visitors before accounts, and their ids. */
export const rankings = {
  visit_count: ["visit_count", "last_visit"],
  last_visit: ["last_visit", "visit_count"],
  first_visit: ["first_visit", "visit_count"],
} as const satisfies Record<VisitorSort, readonly [RankingColumn, RankingColumn]>;

/** Where a page ended: the values of the two ranking columns as exact text, and the visitor. */
export interface RankingPosition {
  values: readonly [string, string];
  is_account: boolean;
  visitor_id: string;
}

export const rankingTypes: Readonly<Record<RankingColumn, "bigint" | "timestamptz">> = {
  visit_count: "bigint",
  last_visit: "timestamptz",
  first_visit: "timestamptz",
};

/** The order of a ranking, for the rows called so. */
export function rankingOrder(alias: string, sort: VisitorSort): RawBuilder<unknown> {
  const [first, second] = rankings[sort];
  const column = (name: string): RawBuilder<unknown> => sql.ref(`${alias}.${name}`);
  return sql`${column(first)} desc, ${column(second)} desc, ${column("is_account")}, ${column("visitor_id")}`;
}

interface AfterPosition {
  alias: string;
  sort: VisitorSort;
  position: RankingPosition;
  visitorType: IdType;
}

/** Does this row come after the position? Begins with a plain comparison, from which the index can start. */
export function afterPosition({
  alias,
  sort,
  position: { values, is_account, visitor_id },
  visitorType,
}: AfterPosition): RawBuilder<boolean> {
  const [first, second] = rankings[sort].map((name, index) => ({
    column: sql.ref(`${alias}.${name}`),
    value: sql`${values[index]}::${sql.raw(rankingTypes[name])}`,
  })) as [Bound, Bound];
  const visitor = sql`(${sql.ref(`${alias}.is_account`)}, ${sql.ref(`${alias}.visitor_id`)})`;
  return sql`${first.column} <= ${first.value} and (
    ${first.column} < ${first.value}
    or ${second.column} < ${second.value}
    or ${second.column} = ${second.value}
      and ${visitor} > (${is_account}::boolean, ${visitor_id}::${sql.raw(visitorType)})
  )`;
}

interface Bound {
  column: RawBuilder<unknown>;
  value: RawBuilder<unknown>;
}
