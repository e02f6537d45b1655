// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "6c1cf1815229a47e1d453e2cce77cf2d99e947369cc031e5ced760bf7f07a30b",
};
