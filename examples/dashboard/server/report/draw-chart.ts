import type { TimeSeries, TimeSeriesBucket } from "@headcount/core";
import { formatBucket } from "../../format/format-date.ts";
import { formatTick, measureNames } from "../../format/format-measure.ts";
import { hasBegun } from "../../format/has-begun.ts";
import { colours, page } from "./paper.ts";

const plotHeight = 150;
const axisWidth = 30;
const lines = ["views", "unique_visitors", "unique_accounts"] as const;
const lineColours = {
  views: colours.views,
  unique_visitors: colours.visitors,
  unique_accounts: colours.accounts,
} as const;

interface Plot {
  paper: PDFKit.PDFDocument;
  data: readonly TimeSeriesBucket[];
  /** How many of them are drawn: those that have begun. */
  drawn: number;
  x: (index: number) => number;
  y: (value: number) => number;
}

/** Draws views, unique visitors and accounts over time; what is not over yet is dashed. */
export function drawChart(paper: PDFKit.PDFDocument, series: TimeSeries): void {
  const { data } = series;
  drawLegend(paper);
  const top = paper.y + 14;
  const bottom = top + plotHeight;
  const steps = axisSteps(Math.max(...data.map(({ views }) => views), 1));
  const most = steps.at(-1) ?? 1;
  const left = page.left + axisWidth;
  const width = page.right - left;
  const plot: Plot = {
    paper,
    data,
    drawn: data.filter(hasBegun(series.time_zone)).length,
    x: (index) => left + (data.length === 1 ? width / 2 : (index / (data.length - 1)) * width),
    y: (value) => bottom - (value / most) * plotHeight,
  };

  drawValueAxis(plot, steps);
  drawArea(plot, bottom);
  for (const line of lines) drawLine(plot, line);
  drawTimeAxis(plot, series, bottom);
  paper.x = page.left;
  paper.y = bottom + 16;
}

function drawLegend(paper: PDFKit.PDFDocument): void {
  const top = paper.y;
  let left: number = page.left;
  paper.font("regular").fontSize(8);
  for (const line of lines) {
    paper.roundedRect(left, top + 2, 8, 8, 1.5).fill(lineColours[line]);
    paper.fillColor(colours.faint).text(measureNames[line], left + 12, top, { lineBreak: false });
    left += 12 + paper.widthOfString(measureNames[line]) + 16;
  }
  paper.y = top + 10;
}

function drawValueAxis({ paper, y }: Plot, steps: readonly number[]): void {
  paper.font("regular").fontSize(7.5);
  for (const step of steps) {
    const height = y(step);
    paper.moveTo(page.left + axisWidth, height).lineTo(page.right, height);
    paper.lineWidth(0.5).stroke(colours.line);
    paper.fillColor(colours.faint);
    paper.text(formatTick("views", step), page.left, height - 4, { width: 24, align: "right" });
  }
}

function drawArea({ paper, data, drawn, x, y }: Plot, bottom: number): void {
  if (drawn < 2) return;
  paper.moveTo(x(0), bottom);
  for (const [index, { views }] of data.slice(0, drawn).entries()) paper.lineTo(x(index), y(views));
  paper.lineTo(x(drawn - 1), bottom).fill(colours.viewsArea);
}

function drawLine({ paper, data, drawn, x, y }: Plot, line: (typeof lines)[number]): void {
  paper.lineWidth(1.25).lineJoin("round");
  const [only] = data;
  if (drawn === 1 && only !== undefined) {
    paper.circle(x(0), y(only[line]), 2.5).fill(lineColours[line]);
    return;
  }
  for (const [index, bucket] of data.slice(0, drawn).entries()) {
    const before = data[index - 1];
    if (before === undefined) continue;
    if (bucket.partial || before.partial) paper.dash(2, { space: 2 });
    else paper.undash();
    paper.moveTo(x(index - 1), y(before[line])).lineTo(x(index), y(bucket[line]));
    paper.stroke(lineColours[line]);
  }
  paper.undash();
}

function drawTimeAxis({ paper, data, x }: Plot, { period }: TimeSeries, bottom: number): void {
  const every = Math.ceil(data.length / 8);
  paper.font("regular").fontSize(7.5).fillColor(colours.faint);
  for (const [index, bucket] of data.entries()) {
    if (index % every !== 0) continue;
    const text = formatBucket(bucket, period, "short");
    const width = paper.widthOfString(text);
    const left = Math.min(Math.max(x(index) - width / 2, page.left), page.right - width);
    paper.text(text, left, bottom + 5, { lineBreak: false });
  }
}

/** Zero, and round numbers up to the first that is not below `most`. */
function axisSteps(most: number): number[] {
  const size = 10 ** Math.floor(Math.log10(most));
  const step =
    [0.25, 0.5, 1, 2].map((part) => part * size).find((part) => part * 5 >= most) ?? size;
  const whole = Math.max(1, step);
  return Array.from({ length: Math.ceil(most / whole) + 1 }, (_, index) => index * whole);
}
