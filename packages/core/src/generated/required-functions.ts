// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "098c9d264063df5f78a4021cb5c3afd07e9aee16bda5662e68c357d5cf7d3c99",
};
