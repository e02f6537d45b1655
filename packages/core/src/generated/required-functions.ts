// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "bb32ec251184077ef6f37a5e3416273f70dbeea9a8524145550c4ee6c3884f5c",
};
