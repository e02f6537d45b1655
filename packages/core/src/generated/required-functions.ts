// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "2f7369378bc4beb2e9be91453d8f5de4d7168cb297b0af9611bee7d777d1b3ac",
};
