import { describe, expect, test, vi } from "vitest";
import { clusterUrl, skipWithoutCluster } from "../../testing/citus/cluster-url.ts";
import { resultTables } from "../report/result-tables.ts";
import { citusPartNames } from "../results/measurement.ts";
import { runResults } from "../results/run-results.ts";
import { runCitus } from "./run-citus.ts";

skipWithoutCluster();

describe.runIf(clusterUrl !== undefined)("a run on Citus", () => {
  test("one Postgres, one worker and all of them store and answer the same, and every part is measured", {
    timeout: 600_000,
  }, async () => {
    const progress = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const results = await runCitus({
      coordinatorUrl: clusterUrl ?? "",
      size: 2_000,
      shape: "tracked-listing",
      runs: 1,
      parts: new Set(citusPartNames),
    });
    progress.mockRestore();
    expect(runResults.parse(results)).toEqual(results);
    expect(new Set(results.measurements.map(({ part }) => part))).toEqual(new Set(citusPartNames));
    expect(new Set(results.measurements.map(({ contender }) => contender))).toEqual(
      new Set(["postgres", "one_worker", "workers"]),
    );
    const rows = resultTables(results).flatMap((table) => table.rows.map(([name]) => name));
    expect(rows).toContain("sessions, rows");
    expect(rows).toContain("53 weekly points, ms");
  });
});
