import type { Measures } from "@headcount/core";
import { formatMeasure } from "@headcount/core/present";
import { measureNames, measures } from "./measure-names.ts";
import { colours, locale, page } from "./paper.ts";

const gap = 8;
const height = 50;

/** Draws the totals in a row of boxes. */
export function drawTotals(paper: PDFKit.PDFDocument, totals: Measures): void {
  const top = paper.y;
  const width = (page.width - gap * (measures.length - 1)) / measures.length;
  for (const [index, measure] of measures.entries()) {
    const left = page.left + index * (width + gap);
    paper.roundedRect(left, top, width, height, 5).fill(colours.panel);
    const inside = { width: width - 16, lineBreak: false } as const;
    paper.font("regular").fontSize(7.5).fillColor(colours.faint);
    paper.text(measureNames[measure], left + 8, top + 9, inside);
    paper.font("semibold").fontSize(14).fillColor(colours.ink);
    paper.text(formatMeasure(measure, totals[measure], { locale }), left + 8, top + 23, inside);
  }
  paper.x = page.left;
  paper.y = top + height;
}
