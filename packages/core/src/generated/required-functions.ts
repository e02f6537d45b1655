// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "813151bb4e1306858c0503bfe6fd39ecd283e2956119d15a7216fc0f6f9d6b03",
};
