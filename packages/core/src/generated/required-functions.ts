// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "5fab8b6ebfb4f8e858602b77b5afa6828d23b80bc52957452c3a0b27186595da",
};
