// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "51ff3c736cb9115b1f18733fe6fc21ef0ffe14992c011c3dee2e2d43951576bc",
};
