import { type RangePreset, rangePresets } from "@headcount/core/present";
import type { RangeChoice } from "@headcount/react-ui";

/** Reads a range from an address: a preset's name, or `2026-01-01_2026-01-31`; anything else is 30 days. */
export function readRange(text: string | null): RangeChoice {
  const preset = rangePresets.find((name: RangePreset) => name === text);
  if (preset !== undefined) return preset;
  const [date_from = "", date_to = ""] = text?.split("_") ?? [];
  return isDate(date_from) && isDate(date_to) && date_from <= date_to
    ? { date_from, date_to }
    : "30d";
}

/** Writes a range into an address. */
export function writeRange(choice: RangeChoice): string {
  return typeof choice === "string" ? choice : `${choice.date_from}_${choice.date_to}`;
}

function isDate(text: string): boolean {
  if (!/^[1-9]\d{3}-\d{2}-\d{2}$/.test(text) || Number.isNaN(Date.parse(text))) return false;
  // the 31st of February is read as the 3rd of March
  return new Date(text).toISOString().startsWith(text);
}
