import { createRequire } from "node:module";
import Paper from "pdfkit";

/** The colours of the report, those of the page in light. */
export const colours = {
  ink: "#161a23",
  faint: "#5c6475",
  line: "#e3e6ec",
  panel: "#f6f7f9",
  views: "#7c93c8",
  viewsArea: "#e9eefa",
  visitors: "#3450c4",
  accounts: "#b45309",
} as const;

/** The report is in English for every reader. */
export const locale = "en-GB";

const require = createRequire(import.meta.url);
const margin = 48;

/** A4 in points; everything is drawn between `left` and `right`. */
export const page = {
  left: margin,
  right: 595.28 - margin,
  width: 595.28 - 2 * margin,
  bottom: 841.89 - margin,
} as const;

/** An empty report, with the fonts of the page. */
export function newPaper(title: string): PDFKit.PDFDocument {
  const paper = new Paper({
    size: "A4",
    margin,
    // page numbers are written when their number is known
    bufferPages: true,
    info: { Title: title, Creator: "Perch" },
    lang: locale,
    displayTitle: true,
  });
  paper.registerFont(
    "regular",
    require.resolve("@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf"),
  );
  paper.registerFont(
    "semibold",
    require.resolve("@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf"),
  );
  return paper;
}

/** Continues on another page unless there is this much room left. */
export function needRoom(paper: PDFKit.PDFDocument, height: number): void {
  if (paper.y + height > page.bottom - 16) paper.addPage();
}

/** Writes the heading of a section, and keeps it together with what follows. */
export function heading(paper: PDFKit.PDFDocument, text: string, follows: number): void {
  needRoom(paper, 40 + follows);
  paper.moveDown(1.2);
  paper.font("semibold").fontSize(11).fillColor(colours.ink).text(text, page.left);
  paper.moveDown(0.5);
}
