// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "cbfe9d4181ab5b24af9bc25c12d660552070017a48db8937c44a6b3129f49c21",
};
