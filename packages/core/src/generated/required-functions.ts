// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "3d5e5c254ae5a9bac697f0522f8e11cd62858071271cef0bb43c55fee9b60be1",
};
