// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "a6f532d737fe09288607d45f059cafee310cf3c3a3a36c7616b7dcba32fae149",
};
