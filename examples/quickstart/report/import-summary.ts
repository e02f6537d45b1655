import type { AccessLogSummary } from "../access-log/access-log-summary.ts";
import { reasonsToLeaveOut } from "../access-log/reason-to-leave-out.ts";
import { formatCount } from "./format-count.ts";
import type { Ink } from "./ink.ts";
import { table } from "./table.ts";

export interface ImportSummaryOptions {
  summary: AccessLogSummary;
  sessions: number;
  ink: Ink;
  /** How many characters a line may have. */
  width: number;
}

/** Says what became of the lines of an access log. */
export function importSummary({ summary, sessions, ink, width }: ImportSummaryOptions): string[] {
  const { lines, pageViews, leftOut, oddLines, oddExamples } = summary;
  const row = (label: string, count: number): string[] => [
    label,
    formatCount(count),
    share(count, lines),
  ];
  const reasons = Object.entries(reasonsToLeaveOut).map(([reason, label]) =>
    row(`  left out: ${label}`, leftOut[reason as keyof typeof reasonsToLeaveOut]),
  );
  return [
    ...table({
      columns: [
        { title: "What the log holds", whenTight: "cut" },
        { title: "Lines", align: "right" },
        { title: "Share", align: "right", paint: ink.faint },
      ],
      rows: [
        row(`page views, in ${formatCount(sessions)} sessions`, pageViews),
        ...reasons,
        row("  odd lines", oddLines),
      ],
      summary: row("all lines", lines),
      ink,
      width,
    }),
    ...oddExamples.map(({ line, oddity }) => ink.faint(`Line ${formatCount(line)} ${oddity}.`)),
    ...(oddLines > oddExamples.length ? [ink.faint("Other odd lines are not shown.")] : []),
  ];
}

function share(count: number, lines: number): string {
  return `${((100 * count) / Math.max(lines, 1)).toFixed(1)} %`;
}
