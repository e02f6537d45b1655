// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "6fad3f6e91fb96412393cd41538652b82163fa6f46bdc3cd5f6e5982662c3e52",
};
