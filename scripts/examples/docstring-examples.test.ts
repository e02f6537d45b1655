import { expect, test } from "vitest";
import { docstringExamples } from "./docstring-examples.ts";

test("an example ends with its docstring, and keeps the indentation of its code", () => {
  const source = [
    "const answer = 42;",
    "",
    "  /**",
    "   * Asks.",
    "   *",
    "   * @example",
    "   * await ask({",
    "   *   deeply: true,",
    "   * }); //=> 42",
    "   */",
    "  ask(): number;",
  ].join("\n");

  expect(docstringExamples(source)).toEqual([
    { language: "ts", line: 6, code: "\nawait ask({\n  deeply: true,\n}); //=> 42" },
  ]);
});

test("the next tag ends an example, and another example begins", () => {
  const source = "/**\n * @example\n * one();\n * @example two();\n * @throws {Error} never\n */\n";

  expect(docstringExamples(source)).toEqual([
    { language: "ts", line: 2, code: "\none();" },
    { language: "ts", line: 4, code: " two();" },
  ]);
});

test("a docstring of one line may hold an example, and an ordinary comment may not", () => {
  const source = "/** @example one(); */\n/* @example two(); */\n// @example three();\n";

  expect(docstringExamples(source)).toEqual([{ language: "ts", line: 1, code: " one();" }]);
});
