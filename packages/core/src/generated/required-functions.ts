// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "bc49a540094f285d3699f513e386ae8fbb99b19602735c3efc6ded4d0848ba64",
};
