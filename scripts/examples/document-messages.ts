import type { WrittenExample } from "./example.ts";

type Placed = Pick<WrittenExample, "document" | "line" | "module">;

/** What the compiler says, with the place in the document instead of the module made of the example. */
export function documentMessages(output: string, examples: readonly Placed[]): string {
  return output.replaceAll(/^(.+?)\((\d+),\d+\): /gm, (position, file: string, line: string) => {
    const example = examples.find(({ module }) => module === file);
    if (example === undefined) return position;
    // the code begins on the second line of the module
    return `${example.document}:${example.line + Number(line) - 2}: `;
  });
}
