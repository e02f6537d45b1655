// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "c0e0489d7423b46c8ba988642f11e370e611b08e3a0abe83b6fe1b1a02ddbf25",
};
