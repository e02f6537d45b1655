// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "909dc071b982d5aeff5d2866153fd18d1d5bf3335b99d39fb61781ae217674d6",
};
