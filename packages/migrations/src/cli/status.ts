import { AnalyticsClient, type AnalyticsStatus, isAnalyticsError } from "@headcount/core";
import { Option } from "commander";
import { getStatus, type MigrationStatus } from "../get-status.ts";
import { pendingSentence } from "../inspection/pending-work.ts";
import { defineVerb, installationOptions, type Verb, type VerbContext } from "./define-verb.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { megabytes } from "./megabytes.ts";
import { count } from "./progress-lines.ts";
import { setAsideLines } from "./set-aside-lines.ts";

interface StatusFlags {
  check?: true;
}

export const status: Verb = defineVerb<StatusFlags>({
  name: "status",
  summary: "say what is installed, and what waits to be folded",
  options: [
    ...installationOptions,
    new Option("--check", "exit with 3 when up has something to do"),
  ],
  run: runStatus,
});

async function runStatus(context: VerbContext, { check }: StatusFlags): Promise<ExitCode> {
  const { options, print, json } = context;
  const installed = await getStatus(options);
  const analytics = await analyticsStatus(context);
  const lines = [
    ...installationLines(installed),
    ...(analytics ? analyticsLines(analytics, installed.schema) : []),
  ];
  for (const line of json ? [JSON.stringify({ ...installed, analytics })] : lines) print(line);
  return check && !installed.up_to_date ? exitCode.pending : exitCode.ok;
}

/** How things stand; null before there is something that can be asked. */
async function analyticsStatus({
  options: { pool, schema },
  signal,
}: VerbContext): Promise<AnalyticsStatus | null> {
  try {
    return await new AnalyticsClient({ pool, schema }).getStatus({ signal });
  } catch (error) {
    const notYet =
      isAnalyticsError(error) &&
      (error.code === "schema_missing" || error.code === "schema_out_of_date");
    if (notYet) return null;
    throw error;
  }
}

function installationLines({
  schema,
  installed_version,
  library_version,
  up_to_date,
  pending,
  installation,
}: MigrationStatus): string[] {
  const installed =
    installed_version === null
      ? `Nothing of Headcount is installed in the schema "${schema}"`
      : `The schema "${schema}" has version ${installed_version}`;
  const lines = [
    `${installed}; this package is ${library_version}.`,
    up_to_date ? "Nothing is pending." : `Pending: ${pendingSentence(pending)}.`,
  ];
  if (installation === null) return lines;
  const { time_zone, page_views, history_complete } = installation;
  return [
    ...lines,
    `Page views: ${page_views ?? "the table was dropped"}, with dates in ${time_zone}.`,
    `History: ${history_complete ? "read in" : "not all read in yet"}.`,
  ];
}

function analyticsLines(
  {
    pending_changes,
    oldest_pending_seconds,
    left_out_page_views,
    left_out_reasons,
    last_fold,
    capture,
    partitions,
    retention,
    ...setAside
  }: AnalyticsStatus,
  schema: string,
): string[] {
  const age =
    oldest_pending_seconds === null
      ? ""
      : `, the oldest for ${oldest_pending_seconds.toFixed(1)} s`;
  return [
    `Changes waiting to be folded: ${count(pending_changes)}${age}.`,
    ...setAsideLines(setAside, schema),
    ...(left_out_page_views === 0
      ? []
      : [
          `Page views that cannot be counted: ${left_out_reasons.map(({ reason, page_views }) => `${count(page_views)} (${reason})`).join(", ")}.`,
        ]),
    last_fold === null
      ? "Nothing was folded yet."
      : `Latest fold: ${count(last_fold.folded_changes)} changes in ${last_fold.duration_ms} ms (${count(Math.round(last_fold.changes_per_second ?? 0))} a second), at ${last_fold.finished_at}.`,
    ...(retention.sealed_before === null
      ? []
      : [
          `Page views: those before ${retention.sealed_before} were pruned; ${count(retention.sealed_views)} views of ${count(retention.sealed_months)} months are sealed.`,
        ]),
    ...(retention.new_since === null
      ? []
      : [
          `Visitors: some who had come last before ${retention.new_since} were forgotten, and are new when they come back.`,
        ]),
    capture.on ? "Capture: on." : "Capture: NOT COMPLETE.",
    ...faultLines(capture.faults),
    ...(partitions === null
      ? []
      : [
          `Partitions: made until ${partitions.ready_until ?? "no date"}.`,
          ...faultLines(partitions.faults),
        ]),
    `Page views weigh ${megabytes(retention.page_view_bytes)}, rollups ${megabytes(retention.rollup_bytes)}.`,
  ];
}

function faultLines(faults: AnalyticsStatus["capture"]["faults"]): string[] {
  return faults.flatMap(({ problem, fix }) => [`  ${problem}`, `    ${fix}`]);
}
