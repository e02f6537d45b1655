import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { bundleModule } from "../../../testing/browser/bundle-module.ts";

const peers = [/^react(\/|$)/, /^@tanstack\//];
const asking = [
  "AnalyticsProvider",
  "useAnalyticsQueries",
  "useAnalyticsStatus",
  "useSuspenseAnalyticsStatus",
  "useSuspenseTimeSeries",
  "useSuspenseVisitors",
  "useTimeSeries",
  "useVisitors",
];

interface Entry {
  name: string;
  file: string;
  names?: string[];
  bytes: number;
  /** What of its peers it needs. */
  imports: string[];
}

const entries: Entry[] = [
  { name: "tracker", file: "tracker/index.ts", bytes: 3_300, imports: [] },
  { name: "page-view", file: "page-view/index.ts", bytes: 4_000, imports: ["react"] },
  { name: "queries", file: "queries/index.ts", bytes: 13_000, imports: [] },
  {
    name: "the hooks that ask",
    file: "index.ts",
    names: asking,
    bytes: 14_500,
    imports: ["@tanstack/react-query", "react"],
  },
  {
    name: "all hooks",
    file: "index.ts",
    bytes: 18_000,
    imports: ["@tanstack/react-query", "react"],
  },
];

describe("without their peers, minified and gzipped", () => {
  test.each(entries)(
    "$name: under $bytes bytes, and no other peer than $imports",
    async (entry) => {
      const { file, names, bytes, imports } = entry;
      const code = await bundleModule(join(import.meta.dirname, file), {
        external: peers,
        ...(names !== undefined && { names }),
      });
      expect(gzipSync(code, { level: 9 }).length).toBeLessThan(bytes);
      const imported = [...code.matchAll(/(?:from|import) ?"([^"]+)"/g)].map(([, name = ""]) =>
        name.replace(/\/jsx.*/, ""),
      );
      expect([...new Set(imported)].toSorted()).toEqual(imports);
      expect(code).not.toMatch(/\brequire\b/);
    },
  );
});

test("the tracker comes along with usePageView only, and zod with answers only", async () => {
  const bundle = (file: string, names?: string[]) =>
    bundleModule(join(import.meta.dirname, file), {
      external: peers,
      ...(names !== undefined && { names }),
    });
  expect(await bundle("index.ts", asking)).not.toContain("visibilityState");
  const counting = await bundle("page-view/index.ts");
  expect(counting).toContain("visibilityState");
  expect(counting).not.toMatch(/safeParse|ZodMini/);
});
