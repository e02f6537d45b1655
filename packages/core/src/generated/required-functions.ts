// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "8d7ae9ba3d2650a9df36eb394eb89809686bd2bb6d309e29d2ee78964ad08d08",
};
