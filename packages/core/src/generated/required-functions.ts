// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "5946d28a79e632be895a6341cfd9ccccde932dcfd8342f9d6a4f7d730ecb60fa",
};
