// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "0851f89ed2cd7726dfb7320217a7d70716eccc9ee251d1d98d3f970d5ec4cfe1",
};
