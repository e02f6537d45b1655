// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "7b7459850fd3b035f8a3f0d3b1e9f688053cf2afcee2319e5b2124515d0b5b01",
};
