// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "3cd6d7517fbf2239ac88582a4f6b75c1795bf243ec5b1fab5aba1c06545031e6",
};
