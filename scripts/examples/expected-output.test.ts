import { expect, test } from "vitest";
import { expectedOutput, isExpected } from "./expected-output.ts";

const code = [
  "const one = 1; //=> not printed",
  'console.log(one, "(a)"); //=> 1 (a)',
  "console.log(new Date());",
  "//=> 2026-…Z",
].join("\n");

test.each([
  ["1 (a)\n2026-11-28T10:00:00Z\n", true],
  ["1 (a)\n", false],
  ["1 (a)\n2026-11-28T10:00:00Z\nmore\n", false],
  ["1 a\n2026-11-28T10:00:00Z\n", false],
])("%j is what the example prints: %j", (output, isSo) => {
  expect(isExpected(output, expectedOutput(code))).toBe(isSo);
});

test("an example that does not say what it prints may print anything", () => {
  expect(isExpected("anything\n", expectedOutput("console.log(1);"))).toBe(true);
});
