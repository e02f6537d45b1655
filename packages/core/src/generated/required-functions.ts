// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "5135b3db603b49f2cbfc0c9f1da5bdd019aff19c64f194dcc12c7f8eb6793b85",
};
