// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "c1676017b13e002baa9ef6a8ae767896b335de37f9b9928e860dbea8061cafd6",
};
