import { type ContenderName, contenderTitles } from "../results/contender-names.ts";
import { highestMedian } from "../results/find-cells.ts";
import type { RunResults } from "../results/run-results.ts";
import { sizeText } from "./table.ts";

const colours = {
  headcount: "#0b6e4f",
  raw: "#b3432b",
  duckdb: "#8a6d00",
  plan: "#5b5f97",
} as const satisfies Partial<Record<ContenderName, string>>;
const panels = [
  { question: "53 weekly points with totals", title: "53 weekly points with exact totals" },
  { question: "top 100 visitors, 365 days", title: "Top 100 visitors of a year, with visits" },
] as const;
const plot = { top: 64, bottom: 340, width: 270 };
const decades = [-1, 0, 1, 2, 3, 4] as const;
const grey = 'fill="#666"';

/**
 * The latency of two questions about the big entity against the size of the table, as an SVG image: both axes are
 * logarithmic, so a straight line is a power of the size.
 */
export function latencyChart(runs: readonly RunResults[]): string {
  const bySize = runs
    .filter(({ against, workers }) => against === undefined && workers === undefined)
    .toSorted((a, b) => a.size - b.size);
  const body = panels.map((panel, index) => panelOf(60 + index * 460, panel, bySize));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 980 400" role="img" font-family="system-ui, sans-serif" font-size="12">
<title>Latency against the number of page views</title>
<rect width="980" height="400" fill="#fff"/>
${body.flat().join("\n")}
</svg>
`;
}

function panelOf(
  left: number,
  { question, title }: (typeof panels)[number],
  runs: readonly RunResults[],
): string[] {
  const x = (column: number): number =>
    left + plot.width * (runs.length === 1 ? 0.5 : column / (runs.length - 1));
  const lines = (Object.keys(colours) as (keyof typeof colours)[]).flatMap((contender) => {
    const points = runs.flatMap((run, column) => {
      const ms = highestMedian(run, { part: "reads", entity: "big", question, contender });
      return ms === undefined ? [] : { x: x(column), y: y(ms), ms };
    });
    const last = points.at(-1);
    return last === undefined ? [] : { contender, points, last };
  });
  // Labels stand at the ends of their lines, pushed apart where these lie close together.
  let lowest = plot.bottom + 15;
  const labels = lines
    .toSorted((a, b) => a.last.ms - b.last.ms)
    .map(({ contender, last }) => {
      lowest = Math.min(last.y + 4, lowest - 15);
      const ms = last.ms.toLocaleString("en-US", { maximumSignificantDigits: 2 });
      const style = `fill="${colours[contender]}" font-weight="600"`;
      return text(last.x + 10, lowest, style, `${contenderTitles[contender]} ${ms}`);
    });
  return [
    text(left, 28, 'font-weight="600" font-size="15"', title),
    text(left, 46, grey, "the big entity, median in ms"),
    ...decades.flatMap((exponent) => {
      const height = y(10 ** exponent);
      const label = (10 ** exponent).toLocaleString("en-US");
      return [
        `<line x1="${left}" x2="${left + plot.width}" y1="${height}" y2="${height}" stroke="#ddd"/>`,
        text(left - 8, height + 4, `${grey} text-anchor="end"`, label),
      ];
    }),
    ...runs.map(({ size }, column) =>
      text(x(column), plot.bottom + 20, `${grey} text-anchor="middle"`, sizeText(size)),
    ),
    text(left + plot.width / 2, plot.bottom + 40, `${grey} text-anchor="middle"`, "page views"),
    ...lines.map(({ contender, points }) => {
      const path = points.map((point) => `${point.x.toFixed(1)},${point.y.toFixed(1)}`).join(" ");
      const width = contender === "headcount" ? 3 : 2;
      const dots = points.map(
        (point) =>
          `<circle cx="${point.x.toFixed(1)}" cy="${point.y.toFixed(1)}" r="${width + 0.5}" fill="${colours[contender]}"/>`,
      );
      return `<polyline points="${path}" fill="none" stroke="${colours[contender]}" stroke-width="${width}"/>${dots.join("")}`;
    }),
    ...labels,
  ];
}

function y(ms: number): number {
  const share = (Math.log10(ms) - decades[0]) / (decades.length - 1);
  return plot.bottom - Math.min(1, Math.max(0, share)) * (plot.bottom - plot.top);
}

function text(x: number, height: number, style: string, content: string): string {
  const escaped = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${x.toFixed(1)}" y="${height.toFixed(1)}" ${style}>${escaped}</text>`;
}
