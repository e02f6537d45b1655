// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "aaa3e696d46e5969f87c45a1e4875c3e9b7909dc79b319f41a7654ccca129bcb",
};
