// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "f505a8436b17bcf5b27af45fd72adfacadfade4c78789bb6ecb903dbee69eca8",
};
