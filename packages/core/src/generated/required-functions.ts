// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "31503c528057c7c7e4e5669cab000c1fc9ecc9fc93f96314864523e68d11f9e3",
};
