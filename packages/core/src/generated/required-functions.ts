// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "49e2559167110ab535c9326e911018d05f62ddc6e8f77820a06c944a0ce11e98",
};
