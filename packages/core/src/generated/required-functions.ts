// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "20850742a784bcee82f311c4feaa9e7f07861b06a2c4ba7da291f1501316791a",
};
