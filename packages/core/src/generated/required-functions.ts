// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "7526f1cdb5550cb14246a8ad665bd0616e21b6df800615ea2c6764e1e2b7ef5c",
};
