// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "0c31422097d6d3027f2a96d1bc112f9f5e10374857554379d1939339b78cc3c5",
};
