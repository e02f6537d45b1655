// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "12ae79b2f5136c31c27a0380972c240aae74f060b516b56953742d7a8f2be5ab",
};
