import { availableParallelism } from "node:os";
import { join } from "node:path";
import { defineConfig, type ViteUserConfig } from "vitest/config";

const root: string = import.meta.dirname;
const databaseTests = "{packages,examples,testing,benchmarks}/**/*.db.test.{ts,tsx}";
const browserTests = "{packages,examples,testing}/**/*.browser.test.ts";
const notTests = ["**/node_modules/**", "**/dist/**"];
// Tests read the sources of every package, so that no build has to run before them.
const conditions = ["@headcount/source", "module", "node", "development|production"];
const sources = { resolve: { conditions }, ssr: { resolve: { conditions } } };

// A test of the database waits as often as it works, so even two cores run two files at once. Browsers fill a machine: they run
// afterwards, by vitest's own number.
const sideBySide = { maxWorkers: Math.max(2, availableParallelism() - 1) };
const afterwards = { sequence: { groupOrder: 1 } };

const hookTests = "packages/react-hooks/**/*.db.test.tsx";
// what a test waits for may take a while on a busy machine
const patience = {
  expect: { poll: { timeout: 30_000 } },
  testTimeout: 60_000,
  hookTimeout: 60_000,
};

const react18 = ["react", "react-dom", "@tanstack/react-query", "@testing-library/react"];

const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      {
        ...sources,
        test: {
          name: "unit",
          root,
          include: ["{packages,examples,testing,benchmarks,scripts}/**/*.test.{ts,tsx}"],
          exclude: [...notTests, databaseTests, browserTests],
          ...patience,
          ...sideBySide,
        },
      },
      {
        ...sources,
        test: {
          name: "database",
          root,
          include: [databaseTests],
          exclude: notTests,
          globalSetup: ["./testing/global-setup.ts"],
          ...patience,
          ...sideBySide,
        },
      },
      {
        // the hooks again, on the oldest React that they support
        ...sources,
        resolve: {
          conditions,
          alias: Object.fromEntries(
            react18.map((name) => [name, join(root, "testing/react-18/node_modules", name)]),
          ),
        },
        test: {
          name: "react-18",
          root,
          include: [hookTests],
          exclude: notTests,
          globalSetup: ["./testing/newest-server/global-setup.ts"],
          ...patience,
          ...sideBySide,
        },
      },
      {
        ...sources,
        test: {
          name: "browser",
          root,
          include: [browserTests],
          exclude: notTests,
          globalSetup: ["./testing/browser/global-setup.ts"],
          ...patience,
          ...afterwards,
        },
      },
      {
        ...sources,
        test: {
          name: "types",
          root,
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            tsconfig: "tsconfig.json",
            include: ["packages/*/src/**/*.test-d.{ts,tsx}"],
          },
        },
      },
    ],
  },
});

export default config;
