// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "d67b7139fa4ea68abe8711508341ac95cf1b785f97356c4adc30958c3dcb4ca3",
};
