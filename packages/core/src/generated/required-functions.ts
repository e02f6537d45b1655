// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "74bd3505b56df66f433fc97b53d8f033d79cf0b142209d53050ca0e83b8d75f7",
};
