// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "1d160e7a8d852cfbb3f2382583425826e14ad93cffa14134d2814261ccc83c02",
};
