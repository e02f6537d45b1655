import { Readable } from "node:stream";
import { stringify } from "csv-stringify";
import type { Context } from "hono";

export interface CsvAnswer<Row> {
  /** Without `.csv`. */
  filename: string;
  columns: readonly (keyof Row & string)[];
  rows: Iterable<Row> | AsyncIterable<Row>;
}

/** Answers rows as they come, as RFC 4180 has it, so that a list of any length needs little memory. */
export function answerCsv<Row>(c: Context, { filename, columns, rows }: CsvAnswer<Row>): Response {
  const csv = stringify({
    header: true,
    columns: [...columns],
    record_delimiter: "windows",
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
