// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "b0b11f967eb26ad1be4d8fca98b544eb5ddc5972a6c71b067096ef6e96da5712",
};
