import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { bundleModule } from "../../../testing/browser/bundle-module.ts";

const peers = [/^react(\/|$)/, /^@tanstack\//];
const asking = [
  "AnalyticsProvider",
  "useAnalyticsQueries",
  "useAnalyticsStatus",
  "useTimeSeries",
  "useVisitors",
];

test("the hooks that ask are under 10 kB without their peers, and bring no database along", async () => {
  const file = join(import.meta.dirname, "index.ts");
  const code = await bundleModule(file, { external: peers, names: asking });
  expect(gzipSync(code, { level: 9 }).length).toBeLessThan(10_000);
  const imported = [...code.matchAll(/from ?"([^"]+)"/g)].map(([, name = ""]) => name);
  expect(new Set(imported.map((name) => name.replace(/\/jsx.*/, "")))).toEqual(
    new Set(["@tanstack/react-query", "react"]),
  );
  // the tracker comes along with usePageView only
  expect(code).not.toContain("visibilityState");
});

test("the queries need nothing at all of React", async () => {
  const file = join(import.meta.dirname, "queries/index.ts");
  expect(await bundleModule(file, { external: peers })).not.toMatch(/\bfrom ?"|\bimport\b/);
});
