// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "22f0dea5c579a9fb2a059f801ab5a857c4efe2ff0e282e5ad3d9728687369d16",
};
