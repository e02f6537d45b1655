// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "f73deda3d51383ece664e7c2fecfe46819a91adeeb338bc9f68afb820ca2eb05",
};
