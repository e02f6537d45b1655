import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

test("every link of a page to another file leads to one", () => {
  const pages = globSync("{*.md,{docs,packages,examples,benchmarks}/**/*.md}", {
    cwd: root,
  }).filter((page) => !page.includes("node_modules"));
  const links = pages.flatMap((page) =>
    [...readFileSync(join(root, page), "utf8").matchAll(/\]\((?!\w+:)([^)#]+)[^)]*\)/g)].map(
      ([, file = ""]) => ({ page, file }),
    ),
  );
  expect(links.length).toBeGreaterThan(100);
  expect(links.filter(({ page, file }) => !existsSync(join(root, dirname(page), file)))).toEqual(
    [],
  );
});
