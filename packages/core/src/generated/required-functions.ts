// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "b6db1b14dda49c2dc08cdaaa68407177cbe7bd997101e3c9dfc8f43e6a0fce64",
};
