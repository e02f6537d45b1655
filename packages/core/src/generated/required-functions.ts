// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "dcbdcd40e4efca4080759c1c6b5d58f5540d64480ab536c0d010a4ff60dd7fee",
};
