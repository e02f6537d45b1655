// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "db7e938c450443a1ef6161ca25e4f3ae0c2ea6e13c6e0fd7cb3501f706c3ea24",
};
