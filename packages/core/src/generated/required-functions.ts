// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "3bd77516f917a14e665fd61bba6ae04fe04266b7d982a3e44134f50f7dfa984f",
};
