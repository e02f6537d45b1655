// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "ffcca134bab39f80cb5c73af6e1913e9d5c47c345a2c797ec58b38e27efcfa93",
};
