// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "e3b6d11c7d1428c5edd1fc8e934d24e4fab101038481d8c773e7d742cefe7a6e",
};
