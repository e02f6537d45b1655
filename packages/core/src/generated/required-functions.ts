// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "2c84c57c3efafce3cd0ac8a29952cc888a56fdee893ad83aef9d2803e1274a1f",
};
