// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "74c9cc634914565c7618331cd9b6afa23bdc668173f6a7e3e17caf3e777020af",
};
