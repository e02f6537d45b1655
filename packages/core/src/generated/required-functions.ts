// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "5a65e4b2c9351719fd9c423f64b65c4d673c995dcbb3686d0dd95aa0ea66dc20",
};
