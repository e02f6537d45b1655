// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "473d8940fd18ccae70edc235d85df96e2ddbf85374e588eddfbc4122c4f0498a",
};
