// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "07111aa45cb92a3c4bad28f8733159676a5ad64217d79a7dc9691c42f6404e95",
};
