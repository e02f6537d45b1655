// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "1bcf67606e71105acb01bf1a50ba77eb7c12ffae658524fc8e689b0bd121c2ac",
};
