// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "41a168e2e1b452f4b6878f770748f6764e80c272a3eecc4ce4d6943034d33d97",
};
