// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "fef1b6dbefc749b586272617a40aa12505ae36e09cc6738c8d7cb65bc044d069",
};
