import type { Example } from "./example.ts";

const docstring = /^[ \t]*\/\*\*.*?\*\//gms;
const margin = /^\s*(?:\/\*\*|\*)? ?/;

/** Every `@example` in the TSDoc blocks of a source text, without the margin of asterisks. */
export function docstringExamples(source: string): Example[] {
  return [...source.matchAll(docstring)].flatMap(({ 0: block, index }) => {
    const firstLine = source.slice(0, index).split("\n").length;
    return examplesOf(block, firstLine);
  });
}

function examplesOf(block: string, firstLine: number): Example[] {
  const examples: { line: number; code: string[] }[] = [];
  let open: string[] | undefined;
  for (const [index, text] of block
    .replace(/\s*\*\/$/, "")
    .split("\n")
    .entries()) {
    const line = text.replace(margin, "");
    if (/^@[a-z]/i.test(line)) open = undefined;
    if (line.startsWith("@example")) {
      open = [line.slice("@example".length)];
      examples.push({ line: firstLine + index, code: open });
    } else {
      open?.push(line);
    }
  }
  return examples.map(({ line, code }) => ({ language: "ts", line, code: code.join("\n") }));
}
