import type { InstalledAnalyticsStatus } from "../inspection/read-analytics-status.ts";
import { migrationFileName } from "../migration-file.ts";
import { type MigrationStatus, readStatus } from "../read-status.ts";
import { type CliContext, type ExitCode, exitCode } from "./cli-command.ts";
import { count } from "./progress-lines.ts";

export async function status({ options, print, json, check }: CliContext): Promise<ExitCode> {
  const migrationStatus = await readStatus(options);
  for (const line of json ? [JSON.stringify(migrationStatus)] : statusLines(migrationStatus)) {
    print(line);
  }
  return check && migrationStatus.pending.length > 0 ? exitCode.pending : exitCode.ok;
}

function statusLines(migrationStatus: MigrationStatus): string[] {
  const { schema, schema_version, library_schema_version, applied, pending, installation } =
    migrationStatus;
  const installed =
    schema_version === 0
      ? `Nothing of Headcount is installed in the schema "${schema}"`
      : `The schema "${schema}" is at version ${schema_version}`;
  const lines = [
    `${installed}; this package has version ${library_schema_version}.`,
    ...applied.map((row) => `  applied  ${migrationFileName(row)}  ${row.applied_at}`),
    ...pending.map((file) => `  pending  ${migrationFileName(file)}`),
  ];
  if (installation === null) return lines;
  const { time_zone, page_views, history_complete, analytics } = installation;
  return [
    ...lines,
    `Page views: ${page_views ?? "the table was dropped"}, with dates in ${time_zone}.`,
    `History: ${history_complete ? "read in" : "not all read in yet"}.`,
    ...(analytics === null ? [] : analyticsLines(analytics)),
  ];
}

function analyticsLines({
  pending_changes,
  oldest_pending_seconds,
  last_fold,
  capture,
}: InstalledAnalyticsStatus): string[] {
  const age =
    oldest_pending_seconds === null
      ? ""
      : `, the oldest for ${oldest_pending_seconds.toFixed(1)} s`;
  return [
    `Changes waiting to be folded: ${count(pending_changes)}${age}.`,
    last_fold === null
      ? "Nothing was folded yet."
      : `Latest fold: ${count(last_fold.folded_changes)} changes in ${Math.round(last_fold.duration_ms)} ms (${count(Math.round(last_fold.changes_per_second ?? 0))} a second), at ${last_fold.finished_at}.`,
    capture.on ? "Capture: on." : "Capture: NOT COMPLETE.",
    ...capture.faults.flatMap(({ problem, mend }) => [`  ${problem}`, `    ${mend}`]),
  ];
}
