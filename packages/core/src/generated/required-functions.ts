// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "1923c1c236d9f6e8da50a5b3803f0fec49f7424e400f9665deeef0109bfedaaf",
};
