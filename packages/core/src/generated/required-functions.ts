// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "ccc95d9ad5513ffd581dbbe37cba7c679f172990f873d1adad45ae4f8037e721",
};
