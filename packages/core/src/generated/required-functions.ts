// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "0fdd5f0736869a75f0cad94986eb4345d4f6da8b0480a6c9c69c687af618b352",
};
