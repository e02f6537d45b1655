// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "b469e0b4a05d998e44925f21bac641810c630e3b59dc3774ead6bbed259b702d",
};
