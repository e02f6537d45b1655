// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "b98d4970b1b05322f05ab90d1f0bfce5ed954ab95abf325264f1788e1674f4a6",
};
