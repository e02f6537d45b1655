// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "a2b40246308b6d6591217e0fa93fbb4a5e142643e2ba26352d06ba7f6929d453",
};
