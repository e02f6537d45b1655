import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { checkSharedFiles, isFileOfApp } from "./check-shown-files.ts";
import { docstringExamples } from "./docstring-examples.ts";
import type { WrittenExample } from "./example.ts";
import { exampleModule } from "./example-module.ts";
import { markdownExamples } from "./markdown-examples.ts";
import { publicNames } from "./public-names.ts";

const documents = ["README.md", "{packages,examples}/*/README.md", "docs/**/*.md"];
const sources = "packages/*/src/**/*.{ts,tsx}";
const isTest = /\.test(-d)?\.tsx?$/;

/** Documents that, as docstrings do, use names without saying where they are from. */
const excerpts = new Set(["docs/collecting.md"]);

interface ExamplesToWrite {
  root: string;
  /** Where to. */
  folder: string;
}

/**
 * Writes the examples of the documents. Those of one share a folder: an example that begins with a file's name, as
 * `// lib/analytics.ts`, is that file, and the others import it.
 *
 * @throws {Error} when a file is shown that is another one elsewhere
 */
export function writeGuideExamples({ root, folder }: ExamplesToWrite): WrittenExample[] {
  const shown = globSync(documents, { cwd: root }).flatMap((document) =>
    markdownExamples(readFileSync(join(root, document), "utf8")).map((example) => {
      const isExcerpt = excerpts.has(document);
      return placed({ ...example, document, isExcerpt }, document.replace(/\.md$/, ""));
    }),
  );
  checkSharedFiles(shown);
  const examples = shown.filter((example) => !isFileOfApp(root, example));
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
      const language = document.endsWith(".tsx") ? "tsx" : example.language;
      const written = placed({ ...example, language, document, isExcerpt: true }, document);
      write(join(folder, written.module), exampleModule(example.code, ownImports));
      return written;
    });
  });
}

type UnplacedExample = Omit<WrittenExample, "module" | "fileName">;

function placed(example: UnplacedExample, folder: string): WrittenExample {
  const { code, line, language } = example;
  const [, fileName] = /^\/\/ ([\w@[\]./-]+\.(?:mjs|tsx?))\n/.exec(code) ?? [];
  return {
    ...example,
    fileName,
    module: posix.join(folder, fileName ?? `line-${line}.${language}`),
  };
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
