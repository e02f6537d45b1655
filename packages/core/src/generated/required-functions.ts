// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "6654f034dadbe08cbaae1cd33fa3aabada06eb73a94db98d4833118102b10b7c",
};
