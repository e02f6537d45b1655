// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "565c1a63f9818d5c206882c707f95a96d508bf00210d10a55cb1ae40a62a7f2d",
};
