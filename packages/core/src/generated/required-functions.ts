// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "9c0eebc118665775e0d1c1cb4b898be161b316a25267abff71e184f1e33550ce",
};
