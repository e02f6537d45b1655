import type { Customization } from "../analytics/customization.ts";
import type { WhereFromDimension } from "./asked-breakdown.ts";

export interface NameValueOptions extends Pick<Customization, "messages" | "locale"> {
  dimension: WhereFromDimension;
}

/** What a value of a dimension is called. */
export function nameValue(
  value: string | null,
  { dimension, messages, locale }: NameValueOptions,
): string {
  const words = messages.whereFrom;
  if (value === "(other)") return words.other;
  switch (dimension) {
    case "channel":
      return value === null ? words.unknown : lookUp(value, words.channels);
    case "device":
      return value === null ? words.unknown : lookUp(value, words.devices);
    case "country":
      return value === null ? words.unknown : nameCountry(value, locale);
    case "browser":
    case "os":
      return value ?? words.unknown;
    case "source":
    case "referrer_host":
      return value ?? words.direct;
    case "surface":
    case "utm_source":
    case "utm_medium":
    case "utm_campaign":
      return value ?? words.none;
  }
}

// values come from anybody's address bar: "constructor" is one too
function lookUp(value: string, names: Readonly<Record<string, string>>): string {
  return (Object.hasOwn(names, value) && names[value]) || value;
}

function nameCountry(code: string, locale: string | undefined): string {
  try {
    return new Intl.DisplayNames(locale, { type: "region" }).of(code) ?? code;
  } catch {
    // what a host stores need not be the code of a country
    return code;
  }
}
