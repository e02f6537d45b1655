// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "221adb89841667247f1cb11358871ee3a96938d8127cd746de9bf5b8fcebfc52",
};
