const number = new Intl.NumberFormat("en-US");

/** Writes 1234 as `1,234`. */
export function formatCount(count: number): string {
  return number.format(count);
}
