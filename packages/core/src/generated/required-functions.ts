// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "14689dbc7c4f3ee35c89e4c05e0394d706003889c5417cc8a15fcd438bf2dab5",
};
