// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "94894ef0896ba9660bff5adb1d6e3685c2c36ae1a2b7972fcf4e6bdcfbe89e8d",
};
