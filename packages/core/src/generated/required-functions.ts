// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "5a7680f48a62508a7c53a3b638ddc10fdb7e834e1e7b10b355ea42f04122ecb0",
};
