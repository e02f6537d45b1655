// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "6c36326e0fe3fdbf446a822ea6bdab727f2f35296603db43452a6e218d073411",
};
