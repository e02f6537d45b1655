// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "925566f8338d47f644c8cdbf0663acdcaa6b27dd798aa4647cade64255898f54",
};
