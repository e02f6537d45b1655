// The four questions, the command and what schedules folding; the migrations themselves are private.

export type { InstallationCheck } from "./check-installation.ts";
export { checkInstallation } from "./check-installation.ts";
export type { InstallationFault } from "./faults/installation-fault.ts";
export type { InstallationStatus, MigrationStatus } from "./get-status.ts";
export { getStatus } from "./get-status.ts";
export type { PendingReport } from "./inspection/pending-work.ts";
export type { LedgerRow } from "./ledger.ts";
export { migrate } from "./migrate.ts";
export type {
  MigrationErrorCode,
  MigrationErrorDetails,
  MigrationErrorOptions,
} from "./migration-error.ts";
export { isMigrationError, MigrationError } from "./migration-error.ts";
// Options that they share, and what they need of a pool.
export type { InstallationOptions } from "./migration-options.ts";
// What they report and throw.
export type { MigrationProgress, ProgressListener } from "./migration-progress.ts";
export type { MigrationPlan } from "./plan-migrations.ts";
export { planMigrations } from "./plan-migrations.ts";
export type { PrintOptions } from "./print-sql.ts";
export { printSql } from "./print-sql.ts";
export type { MigrateOptions, MigrateResult } from "./running/migrate-source.ts";
export type { AppliedStep } from "./running/run-steps.ts";
export type { ScheduledJob } from "./scheduling/jobs.ts";
export { scheduleFolding } from "./scheduling/schedule-folding.ts";
export { unscheduleFolding } from "./scheduling/unschedule-folding.ts";
export type { MigrationPool, MigrationPoolClient } from "./session/connection.ts";
export type { UninstallOptions, UninstallResult } from "./uninstall.ts";
export { uninstall } from "./uninstall.ts";
