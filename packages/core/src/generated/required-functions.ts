// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "6940ce6cb2e21159cdab60802208438c729f82fc00a8eab08bb06d914f83ba35",
};
