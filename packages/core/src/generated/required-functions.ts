// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "0e75b81c3c756b02b0d5190b0c50d07aecabb9f4266bbb7453a6770dc251af84",
};
