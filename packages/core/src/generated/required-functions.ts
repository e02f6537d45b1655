// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "09398d7669d36a325cc97e70be0b9ee1b8602a1f53a411890bf35dcfb9ff1c32",
};
