// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "a4dee1eea2468cca194cd174b5831c8f23e0c33128279b425f07faa6b05ff22e",
};
