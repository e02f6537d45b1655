/**
 * What an example says that it prints: `//=> …` after a `console.log(…);` or on the line below it, where `…` stands for
 * any text.
 */
export function expectedOutput(code: string): RegExp[] {
  const printed = /^console\.log\(.*\);\s*\/\/=> (.*)$/gm;
  return [...code.matchAll(printed)].map(
    ([, line = ""]) => new RegExp(`^${line.split("…").map(escape).join(".*")}$`),
  );
}

/** Whether that is what was printed, line by line. An example that does not say may print anything. */
export function isExpected(output: string, expected: readonly RegExp[]): boolean {
  const lines = output.trimEnd().split("\n");
  if (expected.length === 0) return true;
  return (
    lines.length === expected.length && expected.every((line, nth) => line.test(lines[nth] ?? ""))
  );
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
