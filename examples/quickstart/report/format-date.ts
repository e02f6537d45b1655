const styles = {
  /** `Mon 2 Mar` */
  day: { weekday: "short", day: "numeric", month: "short" },
  /** `2 March 2026` */
  full: { day: "numeric", month: "long", year: "numeric" },
  /** `Mon 2 Mar, 17:05` */
  minute: { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  /** `Mar` */
  month: { month: "short" },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

/** Writes a date `YYYY-MM-DD` or an instant, in UTC. */
export function formatDate(date: string, style: keyof typeof styles): string {
  const format = new Intl.DateTimeFormat("en-GB", { ...styles[style], timeZone: "UTC" });
  // newer ICU data puts a comma after the weekday
  return format.format(new Date(date)).replace(/^(\w{3}),/, "$1");
}
