// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "76836c6f80872f7845f1c0fd5749306ad6915661bd48260c2e41c89a890e76e9",
};
