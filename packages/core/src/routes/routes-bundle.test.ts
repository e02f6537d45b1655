import { join } from "node:path";
import { expect, test } from "vitest";
import { bundleModule } from "../../../../testing/browser/bundle-module.ts";

test("the routes run where Request and Response do: they bring along neither a driver nor Node's modules", async () => {
  const code = await bundleModule(join(import.meta.dirname, "index.ts"), {
    external: [/^(pg|kysely|node:.*)/],
  });
  expect(code).not.toMatch(/(?:from|import) ?"/);
});
