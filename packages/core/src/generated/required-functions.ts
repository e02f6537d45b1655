// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "c8fb8233164908d4b421f277de21d7d3a1b0e8f4884694a17193467fdd655f72",
};
