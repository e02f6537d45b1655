// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "57fe2ee6def6174027df42cf3c4ee0cf80923562f6728ce4624d6c622ae79641",
};
