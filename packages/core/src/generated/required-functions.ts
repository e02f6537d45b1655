// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "3b1f64be55c22ffb865ab7a2aa2c4822f5e8f2d40cb6bd36a5d5f6970ddf2f1c",
};
