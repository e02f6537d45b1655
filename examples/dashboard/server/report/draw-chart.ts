import type { TimeSeries } from "@headcount/core";
import {
  bucketTicks,
  type ChartPoint,
  chartPoints,
  formatMeasure,
  lineRuns,
  valueTicks,
} from "@headcount/core/present";
import { measureNames } from "./measure-names.ts";
import { colours, locale, page } from "./paper.ts";

const plotHeight = 150;
const axisWidth = 30;
const maxBars = 62;
// each is a part of the one before it
const shown = ["views", "unique_visitors", "unique_accounts"] as const;
const shownColours = {
  views: colours.views,
  unique_visitors: colours.visitors,
  unique_accounts: colours.accounts,
} as const;

type Shown = (typeof shown)[number];

interface Plot {
  paper: PDFKit.PDFDocument;
  points: readonly ChartPoint[];
  bottom: number;
  /** How wide a bucket is. */
  step: number;
  x: (index: number) => number;
  y: (value: number) => number;
}

/** Draws views, unique visitors and accounts over time, as the page does; what is incomplete is pale. */
export function drawChart(paper: PDFKit.PDFDocument, series: TimeSeries): void {
  drawLegend(paper);
  const points = chartPoints(series);
  const bottom = paper.y + 14 + plotHeight;
  const ticks = valueTicks("views", Math.max(...points.map(({ views }) => views ?? 0)));
  const highest = ticks.at(-1) ?? 1;
  const left = page.left + axisWidth;
  const step = (page.right - left) / points.length;
  const plot: Plot = {
    paper,
    points,
    bottom,
    step,
    x: (index) => left + (index + 0.5) * step,
    y: (value) => bottom - (value / highest) * plotHeight,
  };

  drawValueAxis(plot, ticks);
  for (const measure of shown) {
    if (points.length <= maxBars) drawBars(plot, measure);
    else drawLine(plot, measure);
  }
  drawTimeAxis(plot, series);
  paper.x = page.left;
  paper.y = bottom + 16;
}

function drawLegend(paper: PDFKit.PDFDocument): void {
  const top = paper.y;
  let left: number = page.left;
  paper.font("regular").fontSize(8);
  for (const measure of shown) {
    const name = measureNames[measure];
    paper.roundedRect(left, top + 2, 8, 8, 1.5).fill(shownColours[measure]);
    paper.fillColor(colours.faint).text(name, left + 12, top, { lineBreak: false });
    left += 12 + paper.widthOfString(name) + 16;
  }
  paper.y = top + 10;
}

function drawValueAxis({ paper, y }: Plot, ticks: readonly number[]): void {
  paper.font("regular").fontSize(7.5);
  for (const tick of ticks) {
    const height = y(tick);
    paper.moveTo(page.left + axisWidth, height).lineTo(page.right, height);
    paper.lineWidth(0.5).stroke(colours.line);
    const text = formatMeasure("views", tick, { locale, short: true });
    paper.fillColor(colours.faint);
    paper.text(text, page.left, height - 4, { width: 24, align: "right" });
  }
}

function drawBars({ paper, points, bottom, step, x, y }: Plot, measure: Shown): void {
  const width = Math.min(step * 0.72, 30);
  for (const [index, point] of points.entries()) {
    const value = point[measure];
    if (value === null || value === 0) continue;
    const bar = () => paper.rect(x(index) - width / 2, y(value), width, bottom - y(value));
    if (point.incomplete !== null) bar().fill("#ffffff");
    bar()
      .fillOpacity(point.incomplete === null ? 1 : 0.45)
      .fill(shownColours[measure])
      .fillOpacity(1);
  }
}

function drawLine({ paper, points, x, y }: Plot, measure: Shown): void {
  paper.lineWidth(1.25).lineJoin("round").lineCap("round");
  for (const { from, to, incomplete } of lineRuns(points, measure)) {
    if (incomplete) paper.dash(1, { space: 3 });
    paper.moveTo(x(from), y(points[from]?.[measure] ?? 0));
    for (let index = from; index <= to; index++) {
      paper.lineTo(x(index), y(points[index]?.[measure] ?? 0));
    }
    paper.stroke(shownColours[measure]).undash();
  }
}

function drawTimeAxis({ paper, bottom, x }: Plot, { data, period }: TimeSeries): void {
  paper.font("regular").fontSize(7.5).fillColor(colours.faint);
  for (const { index, label } of bucketTicks(data, { period, maxTicks: 8, locale })) {
    const width = paper.widthOfString(label);
    const left = Math.min(Math.max(x(index) - width / 2, page.left), page.right - width);
    paper.text(label, left, bottom + 5, { lineBreak: false });
  }
}
