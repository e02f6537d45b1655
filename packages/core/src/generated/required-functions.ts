// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "de6c00d3a1c0494901b056c46bf1722f8db9c0dec1939e4fd12514745eaa8726",
};
