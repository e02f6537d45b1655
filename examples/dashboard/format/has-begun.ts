interface Bucket {
  date: string;
  hour?: number | undefined;
}

/**
 * Tells which buckets of a series have begun: a range may go beyond now, and what has not begun is not nothing.
 *
 * @example
 * series.data.filter(hasBegun(series.time_zone));
 */
export function hasBegun(timeZone: string, now: Date = new Date()): (bucket: Bucket) => boolean {
  const today = new Intl.DateTimeFormat("en-CA", { timeZone }).format(now);
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", hourCycle: "h23" });
  const hourNow = Number(clock.format(now));
  return ({ date, hour = 0 }) => date < today || (date === today && hour <= hourNow);
}
