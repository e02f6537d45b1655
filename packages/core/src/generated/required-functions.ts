// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "a77c606dcef692909474e1454ba340de3e1c77c3ed76477178ded57d59bb5f91",
};
