// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "24fb74de6cff34019af3fdc3cbfa137d1a53072edac8262f4e06eebca8f95494",
};
