// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "fb5ba4e07783b6e51ebf1dd377a69de48936e69c06fd911cbc622db1fa4d26d7",
};
