// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
/** The versions of this package that were released, and this one, in their order. */
export const releases: readonly string[] = ["0.0.0"];
