// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "0b11d56ef52ec343232ea6d3f35aea0e47ba2e66a7dccb20d5b56aa1a89d0edc",
};
