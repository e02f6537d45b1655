import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { expect, test } from "vitest";
import { bundleModule } from "../../../testing/browser/bundle-module.ts";

const peers = [/^react(\/|$)/, /^@tanstack\//, /^@headcount\/react-hooks/];
const file = join(import.meta.dirname, "index.ts");

function gzipped(code: string | Uint8Array): number {
  return gzipSync(code, { level: 9 }).length;
}

test.each([
  ["everything", ["AnalyticsPanel", "PagesTable", "TopPages", "VisitorList"], 19_000],
  ["a chart", ["Analytics", "Chart"], 10_600],
  [
    "a page without its charts",
    ["Analytics", "Cards", "ExportMenu", "HereNow", "RangePicker", "VisitorList", "WhereFrom"],
    12_000,
  ],
  ["a list of pages", ["PagesTable"], 9_000],
])(
  "%s is small, minified and gzipped, without the peers and with English",
  async (_name, names, bytes) => {
    const code = await bundleModule(file, { external: peers, names });
    expect(gzipped(code)).toBeLessThan(bytes);
    const imported = [...code.matchAll(/(?:from|import) ?"([^"]+)"/g)].map(([, name = ""]) =>
      name.replace(/\/jsx.*/, ""),
    );
    const foreign = imported.filter((name) => !peers.some((peer) => peer.test(name)));
    expect(foreign).toEqual([]);
    expect(code, "German comes along only when it is asked for").not.toContain("Besucher");
  },
);

test("the styles are under 3 kB, minified and gzipped, and all of them in one layer", async () => {
  const output = await build({
    configFile: false,
    logLevel: "error",
    build: {
      write: false,
      target: "esnext",
      rolldownOptions: { input: join(import.meta.dirname, "styles.css") },
    },
  });
  if (!("output" in output)) throw new Error("Vite made no style sheet.");
  const sheet = output.output.find(({ fileName }) => fileName.endsWith(".css"));
  const css = sheet?.type === "asset" ? String(sheet.source) : "";
  expect(css).toMatch(/^@layer headcount\{.*\}\s*$/s);
  expect(gzipped(css)).toBeLessThan(3_000);
});
