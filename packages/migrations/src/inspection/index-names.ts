import type { Change } from "../sql-source/change.ts";

const pageViewsIndex = /\bcreate (?:unique )?index :concurrently if not exists (\w+)/g;

/** Names of the indexes on page views that levels have, built when one is added. */
export const levelIndexNames: readonly string[] = [
  "idx_page_views_owner_time",
  "idx_page_views_owner_entity",
  "idx_page_views_time",
];

/** Names of the indexes on page views that these changes build, CONCURRENTLY where there are rows. */
export function indexNamesOf(changes: readonly Change[]): string[] {
  return changes.flatMap((change) =>
    [...change.sql.matchAll(pageViewsIndex)].map((match) => match[1] ?? ""),
  );
}
