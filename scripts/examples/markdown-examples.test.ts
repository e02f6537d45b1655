import { expect, test } from "vitest";
import { markdownExamples } from "./markdown-examples.ts";

test("a block is found with its language and the line of its first code", () => {
  const text = "# Title\n\n```ts\nawait one();\nawait two();\n```\n\n```tsx\n<Chart />;\n```\n";

  expect(markdownExamples(text)).toEqual([
    { language: "ts", line: 4, code: "await one();\nawait two();" },
    { language: "tsx", line: 9, code: "<Chart />;" },
  ]);
});

test("blocks of other languages, and what only looks like a block within them, are left out", () => {
  const text =
    "```sh\nnpm test\n```\n\n````md\n```ts\nnotAnExample();\n```\n````\n\n```ts\none();\n```\n";

  expect(markdownExamples(text)).toEqual([{ language: "ts", line: 12, code: "one();" }]);
});

test("a block in a list, with words after its language, with tildes, or never closed, is a block", () => {
  const text =
    '- so:\n\n  ```ts title="a.ts"\n  one();\n  ```\n\n~~~ts\ntwo();\n~~~\n\n```ts\nthree();';

  expect(markdownExamples(text)).toEqual([
    { language: "ts", line: 4, code: "  one();" },
    { language: "ts", line: 8, code: "two();" },
    { language: "ts", line: 12, code: "three();" },
  ]);
});
