// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "746d3e036e4d267a4f13eb69d8ef44445abd42968098329f42dc9c77167d6edb",
};
