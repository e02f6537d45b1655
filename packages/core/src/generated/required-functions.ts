// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "d8dcdc88f84a1642edf97eb75882b5ed4f91cf69e2bbba583980e6ff8abb3503",
};
