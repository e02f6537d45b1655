// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "cfa7cfa8a4719fb0b45dcef5352ff085f7aa694fac4b8614ecf2bd49ec8e0f00",
};
