import { expect, inject, test, vi } from "vitest";
import { pairedPartNames } from "../results/measurement.ts";
import { runResults } from "../results/run-results.ts";
import { ownDriver } from "./checkout.ts";
import { runPaired } from "./run-paired.ts";

test("two checkouts give the same answers, and every part is measured of both", {
  timeout: 300_000,
}, async () => {
  const progress = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const results = await runPaired({
    size: 2_000,
    shape: "team-app",
    runs: 1,
    load: { viewsPerSecond: 200, minutes: 0.05 },
    parts: new Set(pairedPartNames),
    against: "itself",
    drivers: { against: ownDriver, headcount: ownDriver },
    serverUrl: inject("postgresUrl"),
  });
  progress.mockRestore();
  expect(runResults.parse(results)).toEqual(results);
  expect(results).toMatchObject({ against: "itself", shape: "team-app" });

  const both = results.measurements.filter(({ part }) => part !== "folders");
  const rowsOf = (name: string): string[] =>
    both
      .filter(({ contender }) => contender === name)
      .map(({ part, question }) => `${part}: ${question}`);
  expect(new Set(rowsOf("headcount"))).toEqual(new Set(rowsOf("against")));
  expect(new Set(results.measurements.map(({ part }) => part))).toEqual(
    new Set(["setup", ...pairedPartNames]),
  );
  expect(both.flatMap(({ note }) => note ?? [])).toEqual([]);
});
