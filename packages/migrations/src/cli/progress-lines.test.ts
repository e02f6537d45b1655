import { expect, test } from "vitest";
import type { HistoryPhase } from "../migration-progress.ts";
import { progressLines } from "./progress-lines.ts";

test("reading the history is noted once a second, and its second phase from its beginning on", () => {
  const lines: string[] = [];
  const listener = progressLines((line) => lines.push(line));
  const step = (phase: HistoryPhase, page_views: number, duration_ms: number): void =>
    listener({
      kind: "history_read",
      phase,
      page_views,
      estimated_page_views: 90_000,
      duration_ms,
    });
  step("sessions", 10_000, 900);
  step("sessions", 20_000, 1_000);
  step("sessions", 30_000, 1_500);
  step("sessions", 90_000, 60_000);
  step("entities", 5_000, 500);
  step("entities", 9_000, 1_000);
  expect(lines).toEqual([
    "  read in the sessions of 20,000 page views (20,000 a second, about 22 %)",
    "  read in the sessions of 90,000 page views (1,500 a second, about 100 %)",
    "  read in 9,000 page views (9,000 a second, about 10 %)",
  ]);
});
