// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "4c99bf9d19562aa1f40ab8be2635e1f017fa7a60569f2539f8f88e3023e3b5d6",
};
