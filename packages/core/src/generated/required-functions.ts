// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "1418f45ac7f33e565849ca9bd63e0bf2ff1d99f194d924464ca21d492985b187",
};
