// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "5cdb83953a5fd5bed7d1c28ca01273f029512cfdd65c28731e109f9ed6a8bbac",
};
