import { expect, test } from "vitest";
import { documentMessages } from "./document-messages.ts";
import { exampleModule } from "./example-module.ts";

const publicImports = new Map([
  ["migrate", 'import { migrate } from "@headcount/migrations";'],
  ["printSql", 'import { printSql } from "@headcount/migrations";'],
]);

test("names that an example uses without making them are declared on the line before its code", () => {
  const [declarations, code] = exampleModule("await migrate({ pool });", publicImports).split("\n");

  expect(declarations).toBe(
    'import { migrate } from "@headcount/migrations"; declare const pool: import("pg").Pool;',
  );
  expect(code).toBe("await migrate({ pool });");
});

test.each([
  "const pool = new Pool();\nawait pool.end();",
  'import { pool } from "./pool.ts";\nawait pool.end();',
  "const { code, pool } = await open();",
  "await using pool = open();",
  "function pool() {}",
  "poolSize();",
])("nothing is declared for %j", (code) => {
  expect(exampleModule(code, publicImports)).toBe(`\n${code}\nexport {};\n`);
});

test("a message names the line of the document, and other files keep their own", () => {
  const examples = [{ module: "README/1.ts", document: "README.md", line: 31 }];
  const output = [
    "README/1.ts(4,7): error TS2322: Type 'null' is not assignable to type 'number'.",
    "  An explanation (of README/1.ts).",
    "../source.ts(4,7): error TS2304: Cannot find name 'x'.",
  ].join("\n");

  expect(documentMessages(output, examples).split("\n")).toEqual([
    // the third line of code
    "README.md:33: error TS2322: Type 'null' is not assignable to type 'number'.",
    "  An explanation (of README/1.ts).",
    "../source.ts(4,7): error TS2304: Cannot find name 'x'.",
  ]);
});
