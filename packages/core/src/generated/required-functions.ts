// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "ca023ea7d219a557cc2f41b10472758c426fd2d2b1e480c1119cd9839f9ee5d9",
};
