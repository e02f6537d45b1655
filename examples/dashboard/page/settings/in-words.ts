import { formatMeasure } from "@headcount/core/present";

const megabyteFormat = new Intl.NumberFormat("en", {
  style: "unit",
  unit: "megabyte",
  maximumSignificantDigits: 3,
});
const listFormat = new Intl.ListFormat("en");
const dateFormat = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeZone: "UTC" });

/** Writes how many there are, as the page's other numbers are written. */
export function count(number: number): string {
  return formatMeasure("views", number, { locale: "en" });
}

/** Writes how many there are of something, like `1 page` and `2 pages`. */
export function countOf(number: number, one: string): string {
  return `${count(number)} ${one}${number === 1 ? "" : "s"}`;
}

/** Writes several things in a row, like `1 page, 2 views and 3 sessions`. */
export function list(things: readonly string[]): string {
  return listFormat.format(things);
}

/** Writes a size. */
export function megabytes(bytes: number): string {
  return megabyteFormat.format(bytes / 1_000_000);
}

/** Writes a date, or the date of an instant; this app reports in UTC. */
export function date(text: string): string {
  return dateFormat.format(new Date(text));
}
