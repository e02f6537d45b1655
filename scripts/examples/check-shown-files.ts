import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { WrittenExample } from "./example.ts";

type ShownFile = Pick<WrittenExample, "document" | "line" | "code" | "fileName">;

/** What is the same wherever it is shown: the file that guides begin with, and the first program. */
const sharedFiles = ["lib/analytics.ts", "first.mjs"];

/** Documents that show the files of an app, which is built and started elsewhere. */
const apps = new Map([["docs/nextjs.md", "examples/nextjs"]]);

/** @throws {Error} when a file that several documents show is not the same in all of them */
export function checkSharedFiles(examples: readonly ShownFile[]): void {
  for (const file of sharedFiles) {
    const [first, ...others] = examples.filter(({ fileName }) => fileName === file);
    const other = others.find(({ code }) => code !== first?.code);
    if (other !== undefined) throw new Error(differs(other, first?.document ?? ""));
  }
}

/**
 * Whether it is of a document that shows the files of an app.
 *
 * @throws {Error} when the app has another file of that name
 */
export function isFileOfApp(root: string, example: ShownFile): boolean {
  const { document, code, fileName } = example;
  const app = apps.get(document);
  if (app === undefined) return false;
  const path = join(app, fileName ?? "");
  if (code !== `// ${fileName}\n${readFileSync(join(root, path), "utf8").trimEnd()}`) {
    throw new Error(differs(example, path));
  }
  return true;
}

function differs({ document, line, fileName }: ShownFile, where: string): string {
  return `${document}:${line}: ${fileName} is not the one of ${where}.`;
}
