// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "a8b92d143cc955977ac05317801b95c778073f0efce5f27ba70c74b02b04eb52",
};
