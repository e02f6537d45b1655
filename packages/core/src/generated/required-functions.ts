// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "2e14230eecf7bc856bb8b4c844feb2384bbb97d866ea3849eba110357a368715",
};
