// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "59b3350ee50293de2bdb4ba6347cb947f55925c83394d1ccd9d0c5625fee64ea",
};
