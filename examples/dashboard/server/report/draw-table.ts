import { colours, needRoom, page } from "./paper.ts";

export interface TableColumn {
  name: string;
  /** Of the width of the page; they add up to 1. */
  share: number;
  align: "left" | "right";
}

export interface Table {
  columns: readonly TableColumn[];
  rows: readonly (readonly string[])[];
  /** What has to be said about it. */
  note?: string;
}

const rowHeight = 17;

/** Draws a table, its head again on each further page. */
export function drawTable(paper: PDFKit.PDFDocument, { columns, rows, note }: Table): void {
  drawRow(paper, { columns, cells: columns.map(({ name }) => name), head: true });
  for (const cells of rows) {
    const pageBefore = paper.page;
    needRoom(paper, rowHeight);
    if (paper.page !== pageBefore) {
      drawRow(paper, { columns, cells: columns.map(({ name }) => name), head: true });
    }
    drawRow(paper, { columns, cells, head: false });
  }
  if (note === undefined) return;
  paper.font("regular").fontSize(7.5).fillColor(colours.faint);
  paper.text(note, page.left + 2, paper.y + 4);
}

interface Row {
  columns: readonly TableColumn[];
  cells: readonly string[];
  head: boolean;
}

function drawRow(paper: PDFKit.PDFDocument, { columns, cells, head }: Row): void {
  const top = paper.y;
  paper.font(head ? "semibold" : "regular").fontSize(head ? 7.5 : 8.5);
  paper.fillColor(head ? colours.faint : colours.ink);
  let left = page.left;
  for (const [index, { share, align }] of columns.entries()) {
    const width = share * page.width;
    paper.text(cells[index] ?? "", left + 2, top + 4, {
      width: width - 4,
      height: rowHeight - 4,
      align,
      ellipsis: true,
      lineBreak: true,
      features: ["tnum"],
    });
    left += width;
  }
  const bottom = top + rowHeight;
  paper.moveTo(page.left, bottom).lineTo(page.right, bottom).lineWidth(0.5).stroke(colours.line);
  paper.x = page.left;
  paper.y = bottom;
}
