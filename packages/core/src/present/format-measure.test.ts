import { expect, test } from "vitest";
import { formatMeasure } from "./format-measure.ts";

const plain = (text: string): string => text.replaceAll(/[\u00A0\u2009\u202F]/g, " ");

test.each([
  ["views", 12_345, "en-US", "12,345", "12.3K"],
  ["views", 12_345, "de", "12.345", "12.345"],
  ["unique_visitors", 999, "fr", "999", "999"],
  ["bounce_rate", 45.25, "en-US", "45.3%", "45%"],
  ["bounce_rate", 100, "de", "100,0 %", "100 %"],
  ["avg_time_on_page", 0, "en-US", "0s", "0s"],
  ["avg_time_on_page", 59.6, "en-US", "1m", "1m"],
  ["avg_time_on_page", 72.4, "en-US", "1m 12s", "1m 12s"],
  ["avg_time_on_page", 5_400, "en-US", "1h 30m", "1h 30m"],
  ["avg_time_on_page", 72.4, "de", "1 Min. 12 Sek.", "1 Min. 12 Sek."],
  ["avg_time_on_page", null, "en-US", "–", "–"],
] as const)("%s of %s in %s: %s, beside an axis %s", (measure, value, locale, ...texts) => {
  const written = [false, true].map((short) => formatMeasure(measure, value, { locale, short }));
  expect(written.map(plain)).toEqual(texts);
});
