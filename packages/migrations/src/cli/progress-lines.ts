import type { HistoryPhase, MigrationProgress, ProgressListener } from "../migration-progress.ts";

const intervalMs = 1000;

/** Turns progress into lines: one per step, and about one per second while history is read in. */
export function progressLines(note: (line: string) => void): ProgressListener {
  let noted: { phase: HistoryPhase; duration_ms: number } | null = null;
  return (progress) => {
    if (progress.kind === "history_read") {
      const { phase, duration_ms } = progress;
      const notedAt = noted?.phase === phase ? noted.duration_ms : 0;
      if (duration_ms - notedAt < intervalMs) return;
      noted = { phase, duration_ms };
    }
    if (progress.kind !== "step_started") note(lineOf(progress));
  };
}

function lineOf(progress: Exclude<MigrationProgress, { kind: "step_started" }>): string {
  switch (progress.kind) {
    case "waiting_for_another_migrator":
      return `Waiting for another migrator to finish${progress.holder === null ? "" : `: ${progress.holder}`} ...`;
    case "step_finished":
      return `  ${progress.name}  ${progress.duration_ms} ms`;
    case "lock_retry":
      return `  ${progress.name}  page views is busy, attempt ${progress.attempt} of ${progress.attempts} gave way`;
    case "history_read":
      return historyLine(progress);
  }
}

function historyLine({
  phase,
  page_views,
  estimated_page_views,
  duration_ms,
}: Extract<MigrationProgress, { kind: "history_read" }>): string {
  const rate = Math.round((page_views * 1000) / Math.max(duration_ms, 1));
  const what = phase === "sessions" ? "the sessions of " : "";
  return `  read in ${what}${page_views.toLocaleString("en-US")} page views (${rate.toLocaleString("en-US")} a second${share(page_views, estimated_page_views)})`;
}

/** The same, once a second at most. */
export function throttled(note: (line: string) => void): (line: string) => void {
  let notedAt = performance.now();
  return (line) => {
    if (performance.now() - notedAt < intervalMs) return;
    notedAt = performance.now();
    note(line);
  };
}

export function count(number: number): string {
  return number.toLocaleString("en-US");
}

/** ", about 12 %", where it is known of how many. */
export function share(done: number, estimated: number | null): string {
  if (estimated === null || estimated === 0) return "";
  return `, about ${Math.min(Math.round((100 * done) / estimated), 100)} %`;
}

export function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(1);
}
