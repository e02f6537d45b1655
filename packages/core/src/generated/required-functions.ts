// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "3a747176c72597486438115bd2d7f065852fd7dde8ad6f5ff4c690ced72efe95",
};
