// Generated from packages/migrations/sql by generate-sql.ts. Do not edit.
export const libraryVersion = "0.0.0";
