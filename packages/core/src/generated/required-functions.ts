// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "ef1de74530aa9ec7a4cdd80a2c4815fa66f6ed64721fe15ad3621ca2c7ab6da8",
};
