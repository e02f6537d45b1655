import { foldPending } from "../maintenance/fold-pending.ts";
import { rebuildDates } from "../maintenance/rebuild-dates.ts";
import { withInstallation } from "../maintenance/with-installation.ts";
import { type CliContext, type ExitCode, exitCode } from "./cli-command.ts";
import { count, seconds, throttled } from "./progress-lines.ts";

export async function aggregate(context: CliContext): Promise<ExitCode> {
  const { options, signal, dates, print, json } = context;
  const { from, to } = dates;
  const work = { ...options, signal };
  if (from === undefined || to === undefined) {
    const folded = await withInstallation(work, foldPending);
    const { folded_changes, batches, duration_ms } = folded;
    print(
      json
        ? JSON.stringify(folded)
        : `Folded ${count(folded_changes)} changes in ${count(batches)} batches, ${seconds(duration_ms)} s.`,
    );
    return exitCode.ok;
  }
  const note = throttled(context.note);
  const rebuilt = await withInstallation(work, (installation) =>
    rebuildDates({
      ...installation,
      from,
      to,
      onProgress: ({ rebuilt_page_views, duration_ms }) =>
        note(`  ${count(rebuilt_page_views)} page views, ${seconds(duration_ms)} s`),
    }),
  );
  const { rebuilt_page_views, steps, duration_ms } = rebuilt;
  print(
    json
      ? JSON.stringify(rebuilt)
      : `Rebuilt ${from} to ${to} from ${count(rebuilt_page_views)} page views in ${count(steps)} steps, ${seconds(duration_ms)} s.`,
  );
  return exitCode.ok;
}
