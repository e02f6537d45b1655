// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "1f088cc036f94e54751f847a5d0be89a18e537e34e562d490c90d60d14852ffc",
};
