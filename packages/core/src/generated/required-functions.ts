// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "07582c18fdcee0dcfc7e1616d6f533252fd3e9ac7a92c73865d245cccc707018",
};
