// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "3c64a0c527ae56a41dfbe1f02b81e4fecd7da8409f8ea9d7389d7457d27ab95f",
};
