import { expect, test } from "vitest";
import { de } from "../words/de.ts";
import { en } from "../words/en.ts";
import { nameValue } from "./name-value.ts";

test.each([
  ["organic_search", "channel", "Organic search", "Organische Suche"],
  ["mobile", "device", "Phone", "Smartphone"],
  ["DE", "country", "Germany", "Deutschland"],
  ["GB", "country", "United Kingdom", "Vereinigtes Königreich"],
  // what a host stores itself, and what anybody writes into an address
  ["Bavaria", "country", "Bavaria", "Bavaria"],
  ["constructor", "channel", "constructor", "constructor"],
  ["Google", "source", "Google", "Google"],
  ["(other)", "utm_campaign", "Other", "Andere"],
  [null, "channel", "Unknown", "Unbekannt"],
  [null, "country", "Unknown", "Unbekannt"],
  [null, "os", "Unknown", "Unbekannt"],
  [null, "source", "Direct or unknown", "Direkt oder unbekannt"],
  [null, "utm_campaign", "None", "Keine"],
] as const)(
  "%j of the dimension %s is %j, and in German %j",
  (value, dimension, english, german) => {
    expect(nameValue(value, { dimension, messages: en, locale: "en" })).toBe(english);
    expect(nameValue(value, { dimension, messages: de, locale: "de" })).toBe(german);
  },
);
