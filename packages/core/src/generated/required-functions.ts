// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "eab4729fdccac1f9b87c755f8f814479d0c310a8d492cb00548c947df55a89a7",
};
