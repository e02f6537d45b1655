import type { Period } from "@headcount/core/contract";

const styles = {
  /** `2 Mar 2026` */
  full: { day: "numeric", month: "short", year: "numeric" },
  /** `Mon 2 Mar 2026` */
  weekday: { weekday: "short", day: "numeric", month: "short", year: "numeric" },
  /** `2 Mar` */
  day: { day: "numeric", month: "short" },
  /** `Mar 2026` */
  month: { month: "short", year: "numeric" },
  /** `2 Mar, 17:05` */
  minute: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

const formats = Object.fromEntries(
  Object.entries(styles).map(([name, style]) => [
    name,
    new Intl.DateTimeFormat("en-GB", { ...style, timeZone: "UTC" }),
  ]),
) as Record<keyof typeof styles, Intl.DateTimeFormat>;

/** Writes a date `YYYY-MM-DD` or an instant, in UTC. */
export function formatDate(date: string, style: keyof typeof styles): string {
  return formats[style].format(new Date(date));
}

/** Writes a range of dates; a single day only once. */
export function formatRange(dateFrom: string, dateTo: string): string {
  if (dateFrom === dateTo) return formatDate(dateFrom, "weekday");
  const sameYear = dateFrom.slice(0, 4) === dateTo.slice(0, 4);
  return `${formatDate(dateFrom, sameYear ? "day" : "full")} – ${formatDate(dateTo, "full")}`;
}

interface Bucket {
  date: string;
  hour?: number | undefined;
}

/** Writes which part of time a bucket is, in full or, beside an axis, in short. */
export function formatBucket(bucket: Bucket, period: Period, length: "full" | "short"): string {
  const { date } = bucket;
  switch (period) {
    case "hourly": {
      const hour = `${String(bucket.hour ?? 0).padStart(2, "0")}:00`;
      return length === "short" ? hour : `${formatDate(date, "day")}, ${hour}`;
    }
    case "daily":
      return formatDate(date, length === "short" ? "day" : "weekday");
    case "weekly":
      return length === "short" ? formatDate(date, "day") : `Week of ${formatDate(date, "full")}`;
    case "monthly":
      return formatDate(date, "month");
    case "quarterly":
      return `Q${Math.floor((Number(date.slice(5, 7)) - 1) / 3) + 1} ${date.slice(0, 4)}`;
    case "yearly":
      return date.slice(0, 4);
  }
}
