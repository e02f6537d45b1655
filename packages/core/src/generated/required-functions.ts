// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "80f886b1afcecc98c36b23893321fd7c55a1f482d116f6543d7fbcbd9d8f913a",
};
