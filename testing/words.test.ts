import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const read =
  "{*.md,docs/**/*.md,{packages,examples,testing,benchmarks,scripts}/**/*.{ts,tsx,sql,md,mjs}}";
const unread = /node_modules|\/dist\/|\/generated\/|\/results\/|CHANGELOG|words\.test\.ts$/;

// Each has a plainer word: fix, somebody who, in the meantime, except, capture, validate, is not one, is known from.
const odd =
  /\b(mends?|mended|whoever|meanwhile|but for|writ(es?|ten|ing) down|admitted|judge[sd]?|is none|that is no|told (by|of|that|to|which|so|why))\b/i;

test("every text is in plain words", () => {
  const files = globSync(read, { cwd: root }).filter((file) => !unread.test(file));
  expect(files.length).toBeGreaterThan(500);
  const found = files.flatMap((file) =>
    readFileSync(join(root, file), "utf8")
      .split("\n")
      .flatMap((line, nth) =>
        odd.test(line.replaceAll(/(there|it) is none/g, ""))
          ? [`${file}:${nth + 1}: ${line.trim()}`]
          : [],
      ),
  );
  expect(found).toEqual([]);
});
