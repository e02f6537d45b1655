// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "57db7a4d2683fced049b30a56bd7fb8676c8f572653b67e5598e4e474c3402f5",
};
