// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "6a8471a5e3e727a5f649b52455fb820a2df963c31dd28722bc7c464032c7816b",
};
