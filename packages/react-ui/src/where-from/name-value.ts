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
      return lookUp(value, words.channels) ?? words.unknown;
    case "device":
      return lookUp(value, words.devices) ?? words.unknown;
    case "country":
      return nameCountry(value, locale) ?? words.unknown;
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
function lookUp(value: string | null, names: Readonly<Record<string, string>>): string | null {
  return value && Object.hasOwn(names, value) ? (names[value] ?? value) : value;
}

function nameCountry(code: string | null, locale: string | undefined): string | null {
  try {
    return code && (new Intl.DisplayNames(locale, { type: "region" }).of(code) ?? code);
  } catch {
    // what a host stores need not be the code of a country
    return code;
  }
}
