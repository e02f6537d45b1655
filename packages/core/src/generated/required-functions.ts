// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "7989ae9edba7dd9d6cb189b462d8963afabc0c0ac396cd6473e4f2864195427c",
};
