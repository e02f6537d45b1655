// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "dd871c3f3e0108faf778826e8f148e5b13258abdb6834ed585e3cfe25fae2d5b",
};
