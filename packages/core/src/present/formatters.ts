// To make a formatter takes a hundred times as long as to use it, and a series needs the same few for each bucket.
const dateFormatters = new Map<string, Intl.DateTimeFormat>();
const numberFormatters = new Map<string, Intl.NumberFormat>();

/** A formatter of dates; in UTC, where every calendar date is what it says, unless a time zone is given. */
export function formatterOf(
  locale: string | undefined,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const make = () => new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options });
  return remembered(dateFormatters, keyOf(locale, options), make);
}

/** A formatter of numbers. */
export function numberFormatterOf(
  locale: string | undefined,
  options: Intl.NumberFormatOptions,
): Intl.NumberFormat {
  const make = () => new Intl.NumberFormat(locale, options);
  return remembered(numberFormatters, keyOf(locale, options), make);
}

function keyOf(locale: string | undefined, options: object): string {
  return JSON.stringify([locale, options]);
}

function remembered<Formatter>(
  formatters: Map<string, Formatter>,
  key: string,
  make: () => Formatter,
): Formatter {
  const known = formatters.get(key);
  if (known !== undefined) return known;
  const made = make();
  formatters.set(key, made);
  return made;
}
