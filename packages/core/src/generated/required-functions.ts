// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "26d4b2b179f21e9568a70d3f0e4947e858532bced7158a65c38e7c868082a614",
};
