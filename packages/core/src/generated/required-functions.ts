// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "ef0081e8deecd045ba9165ff84ae549921b6c7f64769f05733c867bc56d4a2dd",
};
