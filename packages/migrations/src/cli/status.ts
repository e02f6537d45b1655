import { Option } from "commander";
import { pendingSentence } from "../inspection/pending-work.ts";
import type { InstalledAnalyticsStatus } from "../inspection/read-analytics-status.ts";
import { type MigrationStatus, readStatus } from "../read-status.ts";
import { defineVerb, installationOptions, type VerbContext } from "./define-verb.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { count } from "./progress-lines.ts";

interface StatusFlags {
  check?: true;
}

export const status = defineVerb<StatusFlags>({
  name: "status",
  summary: "say what is installed, and what waits to be folded",
  options: [
    ...installationOptions,
    new Option("--check", "exit with 3 when up has something to do"),
  ],
  run: runStatus,
});

async function runStatus(
  { options, print, json }: VerbContext,
  { check }: StatusFlags,
): Promise<ExitCode> {
  const migrationStatus = await readStatus(options);
  for (const line of json ? [JSON.stringify(migrationStatus)] : statusLines(migrationStatus)) {
    print(line);
  }
  return check && !migrationStatus.up_to_date ? exitCode.pending : exitCode.ok;
}

function statusLines(migrationStatus: MigrationStatus): string[] {
  const { schema, installed_version, library_version, up_to_date, pending, installation } =
    migrationStatus;
  const installed =
    installed_version === null
      ? `Nothing of Headcount is installed in the schema "${schema}"`
      : `The schema "${schema}" has version ${installed_version}`;
  const lines = [
    `${installed}; this package is ${library_version}.`,
    up_to_date ? "Nothing is pending." : `Pending: ${pendingSentence(pending)}.`,
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
