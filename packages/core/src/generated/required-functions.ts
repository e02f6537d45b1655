// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "9bafeb7c4f8539f60e7ef11d906d854ee4acca6d410e60930367490f1a2cc47b",
};
