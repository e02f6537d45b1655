// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "4f047662f6ab1ee79665410f49a4abb7a1a9878eef55e9099bb1af53ea830ff6",
};
