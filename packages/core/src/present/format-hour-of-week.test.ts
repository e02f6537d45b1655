import { expect, test } from "vitest";
import { formatHourOfWeek, weekNames } from "./format-hour-of-week.ts";

test.each([
  [1, 0, "en-GB", "Mon, 00:00–01:00"],
  [7, 23, "en-GB", "Sun, 23:00–23:59"],
  [3, 11, "en-US", "Wed, 11:00 AM – 12:00 PM"],
  [5, 16, "de", "Fr, 16:00–17:00 Uhr"],
])("hour %i/%i of the week in %s is %s", (weekday, hour, locale, text) => {
  expect(formatHourOfWeek({ weekday, hour }, { locale }).replaceAll(/\s/g, " ")).toBe(text);
});

test("names every day from Monday on and every hour, as the reader's clocks do", () => {
  const { weekdays, hours } = weekNames({ locale: "en-GB" });
  expect(weekdays).toEqual(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]);
  expect(hours).toEqual(Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0")));
  expect(weekNames({ locale: "de" }).weekdays[0]).toBe("Mo");
  expect(weekNames({ locale: "en-US" }).hours[13]).toBe("1 PM");
});
