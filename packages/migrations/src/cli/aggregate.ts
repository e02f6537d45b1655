import { Option } from "commander";
import { foldPending } from "../maintenance/fold-pending.ts";
import { rebuildDates } from "../maintenance/rebuild-dates.ts";
import { withInstallation } from "../maintenance/with-installation.ts";
import { defineVerb, type VerbContext } from "./define-verb.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { count, seconds, throttled } from "./progress-lines.ts";
import { UsageError } from "./usage-error.ts";

interface AggregateFlags {
  from?: string;
  to?: string;
}

export const aggregate = defineVerb<AggregateFlags>({
  name: "aggregate",
  summary: "fold until nothing is pending; with --from and --to rebuild those dates",
  options: [
    new Option("--from <date>", "rebuild from raw page views, from this date on"),
    new Option("--to <date>", "until this date, included"),
  ],
  run: runAggregate,
});

async function runAggregate(context: VerbContext, flags: AggregateFlags): Promise<ExitCode> {
  const { from, to } = checkDates(flags);
  if (from === undefined || to === undefined) await fold(context);
  else await rebuild(context, from, to);
  return exitCode.ok;
}

async function fold({ options, signal, note, print, json }: VerbContext): Promise<void> {
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
  { options, signal, note, print, json }: VerbContext,
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

function checkDates({ from, to }: AggregateFlags): AggregateFlags {
  if (from === undefined && to === undefined) return {};
  if (from === undefined || to === undefined) {
    throw new UsageError("A rebuild needs both --from and --to: give two dates, both included.");
  }
  for (const [flag, date] of Object.entries({ from, to })) {
    if (!isDate(date)) {
      throw new UsageError(`--${flag} "${date}" is not a date: write it as 2026-12-31.`);
    }
  }
  if (from > to) throw new UsageError(`--from ${from} is after --to ${to}.`);
  return { from, to };
}

function isDate(text: string): boolean {
  if (!/^(?!0000)\d{4}-\d\d-\d\d$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
