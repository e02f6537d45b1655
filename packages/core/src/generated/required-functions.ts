// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "505473ea1952a2386b6a9ea1f9513158f6a91469ed123dbd4bf849cc41197566",
};
