import { describe, expect, test } from "vitest";
import { formatBucket, formatInstant, formatRange, formatTimeZone } from "./format-date.ts";

// which kind of space a language has between two words differs between versions of Unicode's data
const plain = (text: string): string => text.replaceAll(/[\u00A0\u2009\u202F]/g, " ");

describe("a bucket is named in full", () => {
  test.each([
    ["hourly", { date: "2026-03-02", hour: 15 }, "en-US", "Mon, Mar 2, 2026, 3:00 – 4:00 PM"],
    ["hourly", { date: "2026-03-02", hour: 23 }, "en-GB", "Mon, 2 Mar 2026, 23:00–23:59"],
    ["daily", { date: "2026-03-02" }, "en-GB", "Mon, 2 Mar 2026"],
    ["weekly", { date: "2025-12-29" }, "en-GB", "29 Dec 2025 – 4 Jan 2026"],
    ["weekly", { date: "2026-03-02" }, "de", "2.–8. März 2026"],
    ["monthly", { date: "2026-03-01" }, "fr", "mars 2026"],
    ["quarterly", { date: "2026-01-01" }, "en-US", "Jan – Mar 2026"],
    ["yearly", { date: "2026-01-01" }, "ja", "2026年"],
  ] as const)("%s %j in %s: %s", (period, bucket, locale, text) => {
    expect(plain(formatBucket(bucket, { period, locale }))).toBe(text);
  });
});

test("a range of one day has its weekday, and a range of one year has the year once", () => {
  const locale = "en-GB";
  expect(formatRange({ date_from: "2026-03-02", date_to: "2026-03-02" }, { locale })).toBe(
    "Mon, 2 Mar 2026",
  );
  expect(plain(formatRange({ date_from: "2026-03-02", date_to: "2026-04-02" }, { locale }))).toBe(
    "2 Mar – 2 Apr 2026",
  );
});

test("the zone of the machine changes nothing of a calendar date", () => {
  const zone = process.env["TZ"];
  try {
    for (const name of ["Pacific/Kiritimati", "Pacific/Pago_Pago"]) {
      process.env["TZ"] = name;
      expect(formatBucket({ date: "2026-03-02" }, { period: "daily", locale: "en-US" })).toBe(
        "Mon, Mar 2, 2026",
      );
    }
  } finally {
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
  }
});

describe("an instant is written as the reporting zone's clocks showed it", () => {
  const now = new Date("2026-11-01T12:00:00Z");
  test.each([
    // the same hour of the clock twice, in winter and in summer time
    ["2026-10-25T00:30:00.000Z", "Europe/Berlin", "25 Oct, 2:30"],
    ["2026-10-25T01:30:00.000Z", "Europe/Berlin", "25 Oct, 2:30"],
    ["2026-03-29T01:00:00.000Z", "Europe/Berlin", "29 Mar, 3:00"],
    ["2026-06-01T12:00:00.000Z", "Asia/Kathmandu", "1 Jun, 17:45"],
    ["2025-12-31T23:30:00.000Z", "Europe/Berlin", "1 Jan, 0:30"],
    ["2025-12-31T22:30:00.000Z", "Europe/Berlin", "31 Dec 2025, 23:30"],
  ])("%s in %s: %s", (instant, timeZone, text) => {
    expect(formatInstant(instant, { timeZone, locale: "en-GB", now })).toBe(text);
  });
});

test.each([
  ["Europe/Berlin", "en", "Central European Time"],
  ["Europe/Berlin", "fr", "heure d’Europe centrale"],
  ["America/New_York", "en", "Eastern Time"],
  ["UTC", "en", "UTC"],
  ["Etc/GMT-3", "de", "Etc/GMT-3"],
])("%s is called in %s: %s", (timeZone, locale, name) => {
  expect(formatTimeZone(timeZone, { locale })).toBe(name);
});
