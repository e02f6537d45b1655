// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "71bd4946eee3f7d6894d021a6d0f8ba0fd7c45a31b525fbc66c4021fd620e3c6",
};
