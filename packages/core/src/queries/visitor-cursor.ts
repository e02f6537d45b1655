import { createHash } from "node:crypto";
import * as z from "zod/mini";
import type { Entity } from "../contract/entity.ts";
import type { ParsedVisitorsChoice, VisitorSort } from "../contract/visitors-query.ts";
import { canonicalId } from "../database/canonical-id.ts";
import type { IdType } from "../database/installation.ts";
import { AnalyticsError } from "../errors.ts";

export type RankingColumn = "visit_count" | "last_visit" | "first_visit";

/** What visitors are sorted by, each downwards; then come anonymous visitors before accounts, and their ids. */
export const rankings = {
  visit_count: ["visit_count", "last_visit"],
  last_visit: ["last_visit", "visit_count"],
  first_visit: ["first_visit", "visit_count"],
} as const satisfies Record<VisitorSort, readonly [RankingColumn, RankingColumn]>;

/** Where a page ended: the values of the two ranking columns as exact text, and the visitor. */
export interface VisitorPosition {
  values: readonly [string, string];
  /** Of the two, the one that it has. */
  account_id: string | null;
  ref: string | null;
}

const version = 1;

const token = z.strictObject({
  v: z.literal(version),
  q: z.string(),
  k: z.tuple([z.string(), z.string(), z.nullable(z.string()), z.nullable(z.string())]),
});

/** The query of a page, with its entity as the database writes it. */
type PageQuery = ParsedVisitorsChoice & Entity;

interface CursorToWrite {
  query: PageQuery;
  position: VisitorPosition;
}

/** A cursor: where a page ended, and of which query. It reveals no more than the page, and cannot be used with another query. */
export function writeCursor({ query, position }: CursorToWrite): string {
  const { values, account_id, ref } = position;
  const k: z.infer<typeof token>["k"] = [...values, account_id, ref];
  const text = JSON.stringify({ v: version, q: fingerprint(query, k), k });
  return Buffer.from(text).toString("base64url");
}

interface CursorToRead {
  query: PageQuery;
  accountType: IdType;
}

/**
 * Where the page before ended, or undefined for the first page.
 *
 * @throws {AnalyticsError} `invalid_cursor` when the cursor is of another query or not as it was given out
 */
export function readCursor({ query, accountType }: CursorToRead): VisitorPosition | undefined {
  if (query.cursor === undefined) return undefined;
  const { success, data } = z.safeParse(token, decode(query.cursor));
  if (!success || data.q !== fingerprint(query, data.k)) throw invalidCursor();
  const [first, second, account_id, ref] = data.k;
  const values = [first, second] as const;
  const columns = rankings[query.sort];
  if (!values.every((value, index) => isValueOf(columns[index as 0 | 1], value))) {
    throw invalidCursor();
  }
  if ((account_id === null) === (ref === null)) throw invalidCursor();
  if (account_id !== null && canonicalId({ type: accountType, id: account_id }) !== account_id) {
    throw invalidCursor();
  }
  return { values, account_id, ref };
}

/** What is thrown when a cursor does not belong to its query. */
export function invalidCursor(): AnalyticsError {
  return new AnalyticsError(
    "invalid_cursor",
    "The cursor does not belong to this query: repeat the query that gave it, with only limit and visits_limit changed, or leave the cursor out to start again.",
    { field: "cursor" },
  );
}

function decode(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    return undefined;
  }
}

// How many rows and visits a page has may change from page to page; everything else makes another list.
function fingerprint(query: PageQuery, position: readonly unknown[]): string {
  const { entity_type, entity_id, date_from, date_to, kind, search, sort, seen_since, names } =
    query;
  const list = [
    entity_type,
    entity_id,
    date_from,
    date_to,
    kind,
    search,
    sort,
    seen_since,
    names,
    position,
  ];
  return createHash("sha256").update(JSON.stringify(list)).digest("base64url").slice(0, 16);
}

const instantPattern = /^\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d\.\d{6}Z$/;

function isValueOf(column: RankingColumn, value: string): boolean {
  return column === "visit_count"
    ? canonicalId({ type: "bigint", id: value }) === value
    : instantPattern.test(value) && !Number.isNaN(Date.parse(value));
}
