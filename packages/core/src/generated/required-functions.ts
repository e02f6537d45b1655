// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "c0966dc6b9a1c0e8c6fc72e105ddd795f9a694573e811a9e09e55b91f9428c86",
};
