// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "566b5ef4c1be3f493006777c60c3b28427c4329f466c9c082bc2d8254834f83a",
};
