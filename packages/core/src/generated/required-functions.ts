// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "b79105240b78910c9748e8127eb21b39706444a2be730cdddf6c22bcebfd6cb8",
};
