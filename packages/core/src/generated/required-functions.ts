// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "09fab12974bf72c91787d570e9d1749e5f69a7273769d76b00ea17a5191b941d",
};
