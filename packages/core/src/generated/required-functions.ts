// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "82fd9ec9e80f94837fa1f80b18bca747f4911ae421d092ead4e7466efda6b415",
};
