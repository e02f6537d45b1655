// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "c179df71b847857161f610072b33e239c4d6c7eda7edf2dd666ce5b3703a85c5",
};
