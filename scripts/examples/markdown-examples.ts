import type { Example } from "./example.ts";

/** The fenced `js`, `ts` and `tsx` blocks of a Markdown text. */
export function markdownExamples(text: string): Example[] {
  const examples: Example[] = [];
  const lines = text.split(/\r?\n/);
  for (let line = 0; line < lines.length; line += 1) {
    const [, fence = "", language] = /^\s*(`{3,}|~{3,})\s*(\w*)/.exec(lines[line] ?? "") ?? [];
    if (fence === "") continue;
    // a fence within a longer one is text of the block
    const start = line + 1;
    const length = lines.slice(start).findIndex((end) => isClosing(end.trim(), fence));
    line = length === -1 ? lines.length : start + length;
    if (language !== "js" && language !== "ts" && language !== "tsx") continue;
    examples.push({ language, line: start + 1, code: lines.slice(start, line).join("\n") });
  }
  return examples;
}

function isClosing(line: string, fence: string): boolean {
  return line.startsWith(fence) && line.replaceAll(fence.charAt(0), "") === "";
}
