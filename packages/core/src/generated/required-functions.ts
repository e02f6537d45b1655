// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "0b8ce5505ae7259b3c80b0dc7488e8b3080eb7061692d68b1b74679fe4cb05c8",
};
