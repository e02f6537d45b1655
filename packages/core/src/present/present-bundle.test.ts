import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { bundleModule } from "../../../../testing/browser/bundle-module.ts";

test("what pages present is under 5 kB, minified and gzipped, and brings nothing else along", async () => {
  const code = await bundleModule(join(import.meta.dirname, "index.ts"));
  expect(gzipSync(code, { level: 9 }).length).toBeLessThan(5000);
  expect(code).not.toMatch(/\bfrom ?"|\bimport\b|\brequire\b/);
});
