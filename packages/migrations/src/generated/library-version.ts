// Generated from sql/ by scripts/generate-migrations.ts. Do not edit.
export const libraryVersion = "0.0.0";
