import type { Explained } from "../results/measurement.ts";
import { markdownOf, numberText } from "./table.ts";

const maxStatements = 8;
const maxStatementLength = 90;
const maxPlanLines = 32;
const maxLineLength = 180;
// lines of a plan that do not say where the time goes
const asides =
  /^\s*(Buffers|Heap Fetches|Index Searches|Memory Usage|Storage|Batches|Sort Method|Full-sort Groups|Presorted Key|Disabled):/;
// a plan that only calls functions has none of these: their own statements have plans of their own
const touchesTable =
  /(Seq|Bitmap Heap|Tid) Scan on (?!analytics_settings)|Index (Only )?Scan|(Insert|Update|Delete) on /;

/**
 * In Markdown, the statements that took longest of the slowest question that was explained, and the plan of the first of
 * them; undefined when none was explained.
 */
export function whereTimeGoes(explained: readonly Explained[]): string | undefined {
  const statements = explained
    .filter(({ plan }) => touchesTable.test(plan))
    .toSorted((a, b) => durationOf(b) - durationOf(a));
  const longest = statements[0];
  if (longest === undefined) return undefined;
  const rows = statements
    .filter(({ question }) => question === longest.question)
    .slice(0, maxStatements)
    .map((statement) => [`\`${shorten(statement.statement)}\``, numberText(durationOf(statement))]);
  return `The longest statements of "${longest.question}", timed one by one; a function's time is in that of its caller:

${markdownOf({ head: ["", "ms"], rows })}

The first of them:

\`\`\`text
${shortPlan(longest.plan)}
\`\`\``;
}

function shortPlan(plan: string): string {
  const lines = plan
    .split("\n")
    .filter((line) => !asides.test(line) && !line.includes("(never executed)"))
    .map((line) => line.slice(0, maxLineLength));
  const rest = lines.length > maxPlanLines ? ["…"] : [];
  return [...lines.slice(0, maxPlanLines), ...rest].join("\n");
}

function shorten(statement: string): string {
  const text = statement.replaceAll(/"\w+"\./g, "");
  return text.length <= maxStatementLength ? text : `${text.slice(0, maxStatementLength)}…`;
}

function durationOf({ plan }: Explained): number {
  return Number(/^duration: ([\d.]+)/.exec(plan)?.[1] ?? 0);
}
