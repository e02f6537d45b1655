import { buffer } from "node:stream/consumers";
import { formatRange, formatTimeZone } from "@headcount/core/present";
import { drawChart } from "./draw-chart.ts";
import { drawTable } from "./draw-table.ts";
import { drawTotals } from "./draw-totals.ts";
import { colours, heading, locale, newPaper, page } from "./paper.ts";
import type { ReportContent } from "./report-content.ts";
import { seriesTable, sourcesTable, visitorsTable } from "./report-tables.ts";

/** Sets the report on A4, one or two pages. */
export async function writeReport(content: ReportContent): Promise<Uint8Array<ArrayBuffer>> {
  const { title, chart, table, visitors } = content;
  const sources = sourcesTable(content.sources);
  const paper = newPaper(`Visitors of ${title}`);
  const whole = buffer(paper);

  drawHead(paper, content);
  drawTotals(paper, chart);
  heading(paper, "Over time", 200);
  drawChart(paper, chart);
  heading(paper, table.period === "weekly" ? "Week by week" : "In numbers", 60);
  drawTable(paper, seriesTable(table));
  if (sources !== undefined) {
    heading(paper, "Top sources", 60);
    drawTable(paper, sources);
  }
  if (visitors !== undefined && visitors.length > 0) {
    heading(paper, "Top visitors", 60);
    drawTable(paper, visitorsTable(visitors));
  }
  drawFeet(paper);
  paper.end();
  return new Uint8Array(await whole);
}

function drawHead(paper: PDFKit.PDFDocument, { title, owner, chart }: ReportContent): void {
  paper
    .font("semibold")
    .fontSize(9)
    .fillColor(colours.visitors)
    .text("PERCH", { characterSpacing: 1.5 });
  paper.moveDown(0.6);
  paper.font("semibold").fontSize(20).fillColor(colours.ink).text(title);
  paper.moveDown(0.2);
  const zone = formatTimeZone(chart.time_zone, { locale });
  const words = [
    capital(chart.entity_type ?? chart.level),
    formatRange(chart, { locale }),
    zone,
    `for ${owner}`,
  ];
  paper.font("regular").fontSize(9.5).fillColor(colours.faint).text(words.join("  ·  "));
  paper.moveDown(1.4);
}

function drawFeet(paper: PDFKit.PDFDocument): void {
  const { start, count } = paper.bufferedPageRange();
  const today = new Date().toISOString().slice(0, "YYYY-MM-DD".length);
  const made = `Made on ${formatRange({ date_from: today, date_to: today }, { locale })}`;
  for (let number = 1; number <= count; number++) {
    paper.switchToPage(start + number - 1);
    paper.page.margins.bottom = 0;
    const options = { width: page.width, lineBreak: false } as const;
    paper.font("regular").fontSize(8).fillColor(colours.faint);
    paper.text(made, page.left, page.bottom + 8, options);
    paper.text(`Page ${number} of ${count}`, page.left, page.bottom + 8, {
      ...options,
      align: "right",
    });
  }
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
