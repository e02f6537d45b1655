// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "4f95ed6cd569ddd9157486f05e49128032bb6c421194e586b7f289f8b0dd3826",
};
