import { migrationFileName } from "../migration-file.ts";
import { type MigrationStatus, readStatus } from "../read-status.ts";
import { type CliContext, type ExitCode, exitCode } from "./cli-command.ts";

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
  const lines = [
    `The schema "${schema}" is at version ${schema_version}; this package has version ${library_schema_version}.`,
    ...applied.map((row) => `  applied  ${migrationFileName(row)}  ${row.applied_at}`),
    ...pending.map((file) => `  pending  ${migrationFileName(file)}`),
  ];
  if (installation === null) return lines;
  const { time_zone, page_views, history_complete, pending_changes, triggers } = installation;
  const enabled = triggers.filter(({ state }) => state === "enabled").length;
  return [
    ...lines,
    `Page views: ${page_views ?? "the table was dropped"}, with dates in ${time_zone}.`,
    `History: ${history_complete ? "read in" : "not all read in yet"}. Changes waiting to be folded: ${pending_changes.toLocaleString("en-US")}.`,
    `Triggers: ${enabled} of ${triggers.length} are enabled.`,
  ];
}
