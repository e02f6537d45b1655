import { foldPending } from "../maintenance/fold-pending.ts";
import { rebuildDates } from "../maintenance/rebuild-dates.ts";
import { withInstallation } from "../maintenance/with-installation.ts";
import { type CliContext, type ExitCode, exitCode } from "./cli-command.ts";
import { count, seconds, throttled } from "./progress-lines.ts";

export async function aggregate(context: CliContext): Promise<ExitCode> {
  const { from, to } = context.dates;
  if (from === undefined || to === undefined) await fold(context);
  else await rebuild(context, from, to);
  return exitCode.ok;
}

async function fold({ options, signal, note, print, json }: CliContext): Promise<void> {
  const noteNow = throttled(note);
  const folded = await withInstallation({ ...options, signal }, (installation) =>
    foldPending({
      ...installation,
      onProgress: ({ folded_changes, duration_ms }) =>
        noteNow(`  ${count(folded_changes)} changes, ${seconds(duration_ms)} s`),
    }),
  );
  const { folded_changes, batches, duration_ms } = folded;
  print(
    json
      ? JSON.stringify(folded)
      : `Folded ${count(folded_changes)} changes in ${count(batches)} batches, ${seconds(duration_ms)} s.`,
  );
}

async function rebuild(
  { options, signal, note, print, json }: CliContext,
  from: string,
  to: string,
): Promise<void> {
  const noteNow = throttled(note);
  const rebuilt = await withInstallation({ ...options, signal }, (installation) =>
    rebuildDates({
      ...installation,
      from,
      to,
      onProgress: ({ rebuilt_page_views, duration_ms }) =>
        noteNow(`  ${count(rebuilt_page_views)} page views, ${seconds(duration_ms)} s`),
    }),
  );
  const { rebuilt_page_views, steps, duration_ms } = rebuilt;
  print(
    json
      ? JSON.stringify(rebuilt)
      : `Rebuilt ${from} to ${to} from ${count(rebuilt_page_views)} page views in ${count(steps)} steps, ${seconds(duration_ms)} s.`,
  );
}
