// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "820bea4b590503d2fe8b1c777f04d758ddc137e7da46cadc5c6000f500e0b2fe",
};
