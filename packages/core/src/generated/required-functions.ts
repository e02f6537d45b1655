// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "daf87da9fd3e3111d04b4a9783a61ffa3d01dfbe7b2c7df940c09f96189e3d1c",
};
