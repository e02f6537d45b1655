import type { IdType } from "../oracle/create-installed-database.ts";

/** What an installation is made with, and the dates on which its clocks or calendar are worth testing. */
export interface Installation {
  timeZone: string;
  entityId: IdType;
  accountId: IdType;
  sessionId: IdType;
  dates: readonly string[];
}

// Borders of week, month, quarter and year, and a day a year earlier for late rows.
const calendarBorders = [
  "2024-12-31",
  "2025-12-28",
  "2025-12-29",
  "2025-12-31",
  "2026-01-01",
  "2026-01-04",
  "2026-01-05",
  "2026-03-31",
  "2026-04-01",
];

/** The type of the column of owners that is added: that of accounts, where their ids can be those of entities. */
export function ownerIdOf({ entityId, accountId }: Installation): IdType {
  if (entityId === "text" || entityId === accountId) return accountId;
  return entityId === "uuid" && accountId === "bigint" ? "bigint" : entityId;
}

/** Together: every zone that cuts days in an odd way, and every mix of id types. */
export const installations: readonly Installation[] = [
  {
    timeZone: "UTC",
    entityId: "uuid",
    accountId: "uuid",
    sessionId: "uuid",
    dates: calendarBorders,
  },
  {
    timeZone: "Europe/Berlin",
    entityId: "bigint",
    accountId: "bigint",
    sessionId: "uuid",
    dates: [...calendarBorders, "2026-03-29", "2026-03-30", "2026-10-25", "2026-10-26"],
  },
  {
    timeZone: "America/New_York",
    entityId: "text",
    accountId: "uuid",
    sessionId: "text",
    dates: [...calendarBorders, "2026-03-08", "2026-03-09", "2026-11-01", "2026-11-02"],
  },
  {
    timeZone: "Asia/Kathmandu",
    entityId: "text",
    accountId: "text",
    sessionId: "text",
    dates: calendarBorders,
  },
  {
    timeZone: "Asia/Kolkata",
    entityId: "uuid",
    accountId: "bigint",
    sessionId: "bigint",
    dates: calendarBorders,
  },
  {
    // half an hour of daylight saving
    timeZone: "Australia/Lord_Howe",
    entityId: "bigint",
    accountId: "text",
    sessionId: "uuid",
    dates: [...calendarBorders, "2026-04-04", "2026-04-05", "2026-10-04", "2026-10-05"],
  },
  {
    // clocks back at 00:01: a minute of the new day, then most of an hour of the old one again
    timeZone: "America/St_Johns",
    entityId: "uuid",
    accountId: "uuid",
    sessionId: "bigint",
    dates: ["2009-11-06", "2010-03-14", "2010-11-05", "2010-11-06", "2010-11-07", "2010-11-08"],
  },
  {
    // clocks back from 01:00 to midnight: the first hour of the day comes twice
    timeZone: "Atlantic/Azores",
    entityId: "text",
    accountId: "bigint",
    sessionId: "text",
    dates: [...calendarBorders, "2026-03-29", "2026-10-24", "2026-10-25", "2026-10-26"],
  },
  {
    // clocks forward at midnight: the day begins at 01:00
    timeZone: "America/Havana",
    entityId: "bigint",
    accountId: "uuid",
    sessionId: "uuid",
    dates: [...calendarBorders, "2026-03-07", "2026-03-08", "2026-11-01", "2026-11-02"],
  },
  {
    // 2011-12-30 never was
    timeZone: "Pacific/Apia",
    entityId: "text",
    accountId: "text",
    sessionId: "bigint",
    dates: ["2010-12-31", "2011-12-26", "2011-12-29", "2011-12-31", "2012-01-01", "2012-01-02"],
  },
];
