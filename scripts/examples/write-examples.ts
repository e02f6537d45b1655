import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { docstringExamples } from "./docstring-examples.ts";
import type { Example, WrittenExample } from "./example.ts";
import { exampleModule } from "./example-module.ts";
import { markdownExamples } from "./markdown-examples.ts";
import { publicNames } from "./public-names.ts";

const documents = ["README.md", "{packages,examples}/*/README.md", "docs/**/*.md"];
const sources = "packages/*/src/**/*.{ts,tsx}";
const isTest = /\.test(-d)?\.tsx?$/;

/** Documents that, as docstrings do, use names without saying where they are from. */
const excerpts = new Set(["docs/collecting.md"]);

/** What is the same wherever it is shown: the file that guides begin with, and the first program. */
const sharedFiles = ["lib/analytics.ts", "first.mjs"];

interface ExamplesToWrite {
  root: string;
  /** Where to. */
  folder: string;
}

/**
 * Writes the examples of the documents. Those of one share a folder: an example that begins with a file's name, as
 * `// lib/analytics.ts`, is that file, and the others import it.
 *
 * @throws {Error} when a file that guides share is not the same in all of them
 */
export function writeGuideExamples({ root, folder }: ExamplesToWrite): WrittenExample[] {
  const examples = globSync(documents, { cwd: root }).flatMap((document) =>
    markdownExamples(readFileSync(join(root, document), "utf8")).map((example) => {
      const module = posix.join(document.replace(/\.md$/, ""), fileOf(example));
      return { ...example, document, module, isExcerpt: excerpts.has(document) };
    }),
  );
  for (const file of sharedFiles) {
    const [first, ...others] = examples.filter(({ module }) => module.endsWith(`/${file}`));
    const other = others.find(({ code }) => code !== first?.code);
    if (other === undefined) continue;
    throw new Error(
      `${other.document}:${other.line}: ${file} is another one than in ${first?.document}.`,
    );
  }
  for (const { code, module, isExcerpt } of examples) {
    write(join(folder, module), isExcerpt ? exampleModule(code) : `\n${code}\nexport {};\n`);
  }
  return examples;
}

/** Writes the examples of the docstrings. */
export function writeDocstringExamples({ root, folder }: ExamplesToWrite): WrittenExample[] {
  const imports = globSync("packages/*", { cwd: root }).map(
    (path) => [join(path, "/"), publicNames(join(root, path))] as const,
  );
  const paths = globSync(sources, { cwd: root }).filter((path) => !isTest.test(path));
  return paths.flatMap((document) => {
    const [, ownImports] = imports.find(([path]) => document.startsWith(path)) ?? [];
    return docstringExamples(readFileSync(join(root, document), "utf8")).map((example) => {
      const module = posix.join(document, fileOf(example));
      write(join(folder, module), exampleModule(example.code, ownImports));
      return { ...example, document, module, isExcerpt: true };
    });
  });
}

function fileOf({ code, line, language }: Example): string {
  const [, name] = /^\/\/ ([\w@[\]./-]+\.(?:mjs|tsx?))\n/.exec(code) ?? [];
  return name ?? `line-${line}.${language}`;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
