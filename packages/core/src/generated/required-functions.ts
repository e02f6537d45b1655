// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "43a29ca09c45ed3f7f492206277a9e86ef6c791fed297c5b1a56ffa9df53d6ae",
};
