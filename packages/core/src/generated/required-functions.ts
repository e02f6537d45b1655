// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "092e9e2d38882431527025e71739b1937febe2bd43b992ca2c7f7a92cf8d26cb",
};
