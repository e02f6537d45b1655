// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "cd91376c02c79b6c14fd46b5116894c211275ccfb0c3aab634d88eb8848d8ce5",
};
