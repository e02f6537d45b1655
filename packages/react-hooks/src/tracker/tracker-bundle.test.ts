import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { bundleModule } from "../../../../testing/browser/bundle-module.ts";

test("The tracker is under 3 kB, minified and gzipped, and brings nothing else along", async () => {
  const code = await bundleModule(join(import.meta.dirname, "index.ts"));
  expect(gzipSync(code, { level: 9 }).length).toBeLessThan(3000);
  expect(code).not.toMatch(/\bimport\b|\brequire\b/);
});
