// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "5cbc0b634aeef6b698933ee4c0a8d4fd93b4705e84c49df374d515ca28937673",
};
