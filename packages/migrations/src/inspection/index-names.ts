import type { MigrationFile } from "../migration-file.ts";

const pageViewsIndex = /\bcreate (?:unique )?index :concurrently if not exists (\w+)/g;

/** Names of the indexes on page views that these files build, CONCURRENTLY where there are rows. */
export function indexNamesOf(files: readonly MigrationFile[]): string[] {
  return files.flatMap((file) =>
    [...file.sql.matchAll(pageViewsIndex)].map((match) => match[1] ?? ""),
  );
}
