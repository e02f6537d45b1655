// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "355a01fb27e8c4f3ff4b1b2cd04c77d6bc3bbc8ae41aee8382cab0103ca8c1d7",
};
