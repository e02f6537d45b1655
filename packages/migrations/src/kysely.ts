export type { HeadcountMigrationProviderOptions } from "./kysely/headcount-migration-provider.ts";
export { headcountMigrationProvider } from "./kysely/headcount-migration-provider.ts";
