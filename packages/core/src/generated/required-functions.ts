// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "04d8e74f7c58d9e34174cabb02ab3871363d55a7c764b536de5d296b21240844",
};
