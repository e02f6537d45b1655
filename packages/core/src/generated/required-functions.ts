// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "e0fe28c229eb57025d60f95c11f68940053e20ead37bd8ee0ae0c45d4c583a7f",
};
