// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "36c5c107019ecf59638dfcbf7c548cd289c4d9fb1267b5d4b03b9208fc5195b0",
};
