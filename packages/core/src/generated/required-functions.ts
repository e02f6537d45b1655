// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "559b839c0cb0e189cd5e15d0bf1fcf28fa098bebf4852f710b911689c3636df4",
};
