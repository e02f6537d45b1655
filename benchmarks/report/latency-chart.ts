import { type ContenderName, contenderTitles } from "../contenders/contender.ts";
import { highestMedian } from "../results/find-cells.ts";
import type { RunResults } from "../results/run-results.ts";
import { sizeText } from "./table.ts";

/** One contender's way through the sizes. */
interface Line {
  contender: ContenderName;
  points: { column: number; ms: number }[];
}

const colours: Readonly<Partial<Record<ContenderName, string>>> = {
  headcount: "#0b6e4f",
  raw: "#b3432b",
  duckdb: "#8a6d00",
  plan: "#5b5f97",
};
const panels = [
  { question: "53 weekly points with totals", title: "53 weekly points with exact totals" },
  { question: "top 100 visitors, 365 days", title: "Top 100 visitors of a year, with visits" },
] as const;
const width = 980;
const height = 400;
const plot = { top: 64, bottom: 340, width: 270 };
const decades = { lowest: -1, highest: 4 };

/**
 * The latency of two questions about the big entity against the size of the table, as an SVG image: both axes are
 * logarithmic, so a straight line is a power of the size.
 */
export function latencyChart(runs: readonly RunResults[]): string {
  const bySize = runs.toSorted((a, b) => a.size - b.size);
  const body = panels.map((panel, index) => {
    const left = 60 + index * 460;
    const lines = linesOf(bySize, panel.question);
    return [
      text({ x: left, y: 28, weight: "600", size: 15 }, panel.title),
      text({ x: left, y: 46, fill: "#666" }, "the big entity, median in ms"),
      ...grid(left, bySize),
      ...lines.map((line) => polyline(left, bySize.length, line)),
      ...endLabels(left, bySize.length, lines),
    ].join("\n");
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="12">
<title>Latency against the number of page views</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${body.join("\n")}
</svg>
`;
}

function linesOf(runs: readonly RunResults[], question: string): Line[] {
  return (Object.keys(colours) as ContenderName[]).flatMap((contender) => {
    const points = runs.flatMap((run, column) => {
      const ms = highestMedian(run, { part: "reads", entity: "big", question, contender });
      return ms === undefined ? [] : [{ column, ms }];
    });
    return points.length === 0 ? [] : [{ contender, points }];
  });
}

function xOf(left: number, columns: number, column: number): number {
  return left + (columns === 1 ? plot.width / 2 : (column * plot.width) / (columns - 1));
}

function yOf(ms: number): number {
  const share = (Math.log10(ms) - decades.lowest) / (decades.highest - decades.lowest);
  return plot.bottom - Math.min(1, Math.max(0, share)) * (plot.bottom - plot.top);
}

function grid(left: number, runs: readonly RunResults[]): string[] {
  const exponents = Array.from(
    { length: decades.highest - decades.lowest + 1 },
    (_, index) => decades.lowest + index,
  );
  const rows = exponents.flatMap((exponent) => {
    const y = yOf(10 ** exponent);
    const label = (10 ** exponent).toLocaleString("en-US");
    return [
      `<line x1="${left}" x2="${left + plot.width}" y1="${y}" y2="${y}" stroke="#ddd"/>`,
      text({ x: left - 8, y: y + 4, fill: "#666", anchor: "end" }, label),
    ];
  });
  const columns = runs.map(({ size }, column) =>
    text(
      { x: xOf(left, runs.length, column), y: plot.bottom + 20, fill: "#666", anchor: "middle" },
      sizeText(size),
    ),
  );
  const unit = { x: left + plot.width / 2, y: plot.bottom + 40, fill: "#666", anchor: "middle" };
  return [...rows, ...columns, text(unit, "page views")];
}

function polyline(left: number, columns: number, { contender, points }: Line): string {
  const places = points.map(({ column, ms }) => [xOf(left, columns, column), yOf(ms)] as const);
  const colour = colours[contender] ?? "#000";
  const weight = contender === "headcount" ? 3 : 2;
  const path = places.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
  const dots = places.map(
    ([x, y]) =>
      `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${weight + 0.5}" fill="${colour}"/>`,
  );
  return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="${weight}"/>${dots.join("")}`;
}

// Labels stand at the ends of their lines, pushed apart where these lie close together.
function endLabels(left: number, columns: number, lines: readonly Line[]): string[] {
  const lineHeight = 15;
  let lowest = plot.bottom + lineHeight;
  return lines
    .flatMap(({ contender, points }) => {
      const last = points.at(-1);
      return last === undefined ? [] : [{ contender, ...last }];
    })
    .toSorted((a, b) => a.ms - b.ms)
    .map(({ contender, column, ms }) => {
      const y = Math.min(yOf(ms) + 4, lowest - lineHeight);
      lowest = y;
      const x = xOf(left, columns, column) + 10;
      const label = `${contenderTitles[contender]} ${ms.toLocaleString("en-US", { maximumSignificantDigits: 2 })}`;
      return text({ x, y, fill: colours[contender] ?? "#000", weight: "600" }, label);
    });
}

interface TextStyle {
  x: number;
  y: number;
  fill?: string;
  anchor?: string;
  weight?: string;
  size?: number;
}

function text({ x, y, fill = "#222", anchor, weight, size }: TextStyle, content: string): string {
  const optional = [
    anchor === undefined ? "" : ` text-anchor="${anchor}"`,
    weight === undefined ? "" : ` font-weight="${weight}"`,
    size === undefined ? "" : ` font-size="${size}"`,
  ].join("");
  const escaped = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" fill="${fill}"${optional}>${escaped}</text>`;
}
