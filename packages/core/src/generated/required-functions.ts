// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The functions that this client calls: those of this release or a later one, or with this checksum. */
export const requiredFunctions = {
  release: 1,
  library_version: "0.0.0",
  checksum: "e366a1853b435b8f27ac3c568fa87144c36f47f8f98df754a3222f54fc4e4999",
};
