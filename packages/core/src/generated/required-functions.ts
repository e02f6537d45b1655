// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "15472987289b05ca81cb893cc7e05e36fcf3b071b01fedc57d83f8eac5893e4c",
};
