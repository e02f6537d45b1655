// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "4cd40cd24f68d72c3d0722fb08324c1a084af324628544d6bdf6e98d193041b9",
};
