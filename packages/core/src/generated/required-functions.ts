// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "dd37d9c991c242ec40019838671d61bb3c1a6840d0b60c5bf58030a9e935ff73",
};
