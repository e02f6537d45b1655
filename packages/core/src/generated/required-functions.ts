// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "23ad44b318c5a4a243efd5cd42cd381ad6b635b8179381ec7a2bc0f791aafa7e",
};
