// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "d0d38ff9c0655a9926a4b32779befc0c8bd40f14450ee6b45f99a4f0ff1470d4",
};
