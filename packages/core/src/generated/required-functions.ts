// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "4601d01657ebacb665ccb4e727eefef24acd6ccd5de3b5eee9ed3bb15428beda",
};
