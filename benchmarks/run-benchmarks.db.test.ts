import { expect, inject, test, vi } from "vitest";
import { partNames } from "./results/measurement.ts";
import { runResults } from "./results/run-results.ts";
import { runBenchmarks } from "./run-benchmarks.ts";

test("everybody gives the same answers, and every part is measured", {
  timeout: 600_000,
}, async () => {
  const progress = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const kept: number[] = [];
  const results = await runBenchmarks({
    size: 2_000,
    shape: "tracked-listing",
    load: { viewsPerSecond: 200, minutes: 0.05 },
    runs: 1,
    parts: new Set(partNames),
    serverUrl: inject("postgresUrl"),
    keep: async ({ measurements }) => void kept.push(measurements.length),
  });
  progress.mockRestore();
  expect(runResults.parse(results)).toEqual(results);
  expect(kept).toHaveLength(partNames.length);
  expect(kept).toEqual(kept.toSorted((a, b) => a - b));

  const measured = results.measurements.filter(({ spread }) => spread !== null);
  expect(new Set(measured.map(({ part }) => part))).toEqual(new Set(["setup", ...partNames]));
  expect(new Set(measured.map(({ contender }) => contender))).toEqual(
    new Set(["headcount", "headcount_function", "plan", "raw", "duckdb", "limit"]),
  );
  expect(results.plans.map(({ plan }) => plan).join("\n")).toContain("actual time=");
  expect(results.absent).toEqual({
    TimescaleDB: "the server has no extension timescaledb",
    pg_roaringbitmap: "the server has no extension roaringbitmap",
  });
});
