// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "8bf0ac6380ae3029d62d2eface1511170941abbf60482f59cf008b6bd14e4670",
};
