// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "089e112167bf53c3037cfbf5b5148ffc30371c0701f61c0acd2586aac4444e9f",
};
