// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "70297957976ef758c6d6a1ded069b1a8ada6da690fc911ba60b02464ddabcd59",
};
