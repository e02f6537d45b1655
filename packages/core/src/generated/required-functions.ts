// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "d3d3b8726bb1f0541990374b8aad7d87fc6000144522c82cef9cc3a4b5be6b11",
};
