// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "3782ffed433c499827432f7fb3a7f4822ca49d7c073ef6815c1a5698cf22a8bb",
};
