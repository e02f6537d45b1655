// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "e8fbb1d4478460c9dcd38b1133fccfbd7e4ab53a526aa187d34cd5cd9de898a6",
};
