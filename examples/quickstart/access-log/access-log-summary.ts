import type { ClassifiedRequest } from "./classify-line.ts";
import type { OddLine } from "./parse-combined-line.ts";
import { type ReasonToLeaveOut, reasonsToLeaveOut } from "./reason-to-leave-out.ts";

/** What became of a log's lines: each is a page view, or left out for one reason, or odd. */
export interface AccessLogSummary {
  lines: number;
  pageViews: number;
  leftOut: Record<ReasonToLeaveOut, number>;
  oddLines: number;
  /** The first few of them. */
  oddExamples: { line: number; oddity: string }[];
}

const maxExamples = 3;

export function emptySummary(): AccessLogSummary {
  const leftOut = Object.fromEntries(Object.keys(reasonsToLeaveOut).map((reason) => [reason, 0]));
  return {
    lines: 0,
    pageViews: 0,
    leftOut: leftOut as Record<ReasonToLeaveOut, number>,
    oddLines: 0,
    oddExamples: [],
  };
}

/** Counts the next line of the log. */
export function countLine(summary: AccessLogSummary, outcome: ClassifiedRequest | OddLine): void {
  summary.lines++;
  if ("oddity" in outcome) {
    summary.oddLines++;
    if (summary.oddExamples.length < maxExamples) {
      summary.oddExamples.push({ line: summary.lines, oddity: outcome.oddity });
    }
  } else if (outcome.leftOut === undefined) {
    summary.pageViews++;
  } else {
    summary.leftOut[outcome.leftOut]++;
  }
}
