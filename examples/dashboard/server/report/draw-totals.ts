import type { TimeSeries } from "@headcount/core";
import { formatMeasure, formatMeasureChange, formatRange } from "@headcount/core/present";
import { measureNames, measures, points } from "./measure-names.ts";
import { colours, locale, page } from "./paper.ts";

const gap = 8;
const plainHeight = 50;
const comparedHeight = 62;

/** Draws the totals in a row of boxes, with what changed where they are compared. */
export function drawTotals(paper: PDFKit.PDFDocument, { totals, compare }: TimeSeries): void {
  const isCompared = compare !== null && compare.change !== null && !compare.before_first_view;
  const height = isCompared ? comparedHeight : plainHeight;
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
    if (!isCompared) continue;
    paper.font("regular").fontSize(7.5).fillColor(colours.faint);
    paper.text(
      formatMeasureChange(compare.change?.[measure], { locale, points }),
      left + 8,
      top + 43,
      inside,
    );
  }
  paper.x = page.left;
  paper.y = top + height;
  if (!isCompared) return;
  const { date_from, date_to, through } = compare;
  const dates = formatRange({ date_from, date_to: through?.date ?? date_to }, { locale });
  const until = through === null ? "" : ", up to the same hour";
  paper.font("regular").fontSize(7.5).fillColor(colours.faint);
  paper.text(`Compared with ${dates}${until}`, page.left + 2, paper.y + 5);
}
