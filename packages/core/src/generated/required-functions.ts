// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "01068a56bf312070b91227c47f3d49661edf3320a4bad2c0c79dd074bbdba505",
};
