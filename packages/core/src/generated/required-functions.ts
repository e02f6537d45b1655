// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "6b52cc8f01d5d973703c9c22dc94fe890cc98a16a98e6351b0695ffd2886ad8f",
};
