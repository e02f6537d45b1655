// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "a3026f9fb99371ace3c3bda9f277bf078bc5ec340f17ffebbff22f81374784c2",
};
