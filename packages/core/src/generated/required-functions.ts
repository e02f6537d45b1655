// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "f2f990617609fae62e5b72e88a49a3b8a133289a5205a8143871ee548d33ab3c",
};
