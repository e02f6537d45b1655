// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "d3be3c175ce39a55c8d6a17b88f82b438f1ad6a3f2bcecef5e1c584bc23d77ce",
};
