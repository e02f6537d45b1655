import { Readable } from "node:stream";
import { AnalyticsError } from "@headcount/core/contract";
import { stringify } from "csv-stringify";
import type { Context } from "hono";
import { type ColumnName, columnNames } from "./column-names.ts";

export interface CsvAnswer<Row> {
  /** Without `.csv`. */
  filename: string;
  columns: readonly (keyof Row & ColumnName)[];
  /** Columns whose names are somebody else's: their fields and what they are called. */
  furtherColumns?: Readonly<Record<string, string>>;
  rows: Iterable<Row> | AsyncIterable<Row>;
}

/**
 * Answers rows as they come, as RFC 4180 has it, so that a list of any length needs little memory. With `?for=excel` it
 * begins with a byte order mark: without one, Excel does not read it as UTF-8.
 */
export function answerCsv<Row>(
  c: Context,
  { filename, columns, furtherColumns = {}, rows }: CsvAnswer<Row>,
): Response {
  const csv = stringify({
    bom: isForExcel(c),
    header: true,
    columns: [
      ...columns.map((key) => ({ key, header: columnNames[key] })),
      ...Object.entries(furtherColumns).map(([key, header]) => ({ key, header })),
    ],
    record_delimiter: "windows",
    // half of a line break, unquoted, would end the row in a spreadsheet
    quote_record_delimiter: true,
    cast: { boolean: String },
    // a name that begins with = + - @ would be run by the spreadsheet that opens the file
    escape_formulas: true,
  });
  const source = Readable.from(rows);
  source.once("error", (error) => csv.destroy(error));
  csv.once("close", () => source.destroy());
  c.header("Content-Type", "text/csv; charset=utf-8; header=present");
  c.header("Content-Disposition", `attachment; filename="${filename}.csv"`);
  return c.body(Readable.toWeb(source.pipe(csv)) as ReadableStream);
}

/** What is asked, without what it is for. */
export function csvQuery(c: Context): URLSearchParams {
  isForExcel(c);
  const params = new URL(c.req.url).searchParams;
  params.delete("for");
  return params;
}

function isForExcel(c: Context): boolean {
  const [purpose, ...more] = c.req.queries("for") ?? [];
  if (purpose === undefined) return false;
  if (purpose === "excel" && more.length === 0) return true;
  const given = JSON.stringify([purpose, ...more].join(" and "));
  throw new AnalyticsError("invalid_input", `for is ${given}: give "excel", or leave it out.`, {
    field: "for",
  });
}
