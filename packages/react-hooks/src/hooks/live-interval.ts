import type { AnalyticsRequestError } from "../queries/analytics-request-error.ts";

/**
 * `true` asks again every 5 seconds, a number every so many milliseconds. It stops where nothing would change: after an
 * error that is not the server's (4xx), and for a range that is over; it goes on when the question is another one, or
 * was answered again.
 *
 * @default false
 */
export type Live = boolean | number;

const defaultMs = 5_000;
const maxLivePages = 4;
const halfDayMs = 43_200_000;

interface AskedAgain {
  state: { error: AnalyticsRequestError | null };
}

/** The `refetchInterval` of a live question. */
export function liveInterval(
  live: Live | undefined,
  { date_to }: { date_to?: string | undefined } = {},
): (asked: AskedAgain) => number | false {
  const ms = live === true ? defaultMs : live || false;
  return ({ state: { error } }) =>
    (error === null || error.reason === "unavailable") && !isOver(date_to) && ms;
}

/** The same of a list: to ask for it again is to ask for every page of it, and a long one is one that somebody reads. */
export function livePagesInterval(
  live: Live | undefined,
  query: { date_to?: string | undefined },
): (asked: AskedAgain & { state: { data: { pages: unknown[] } | undefined } }) => number | false {
  const interval = liveInterval(live, query);
  return (asked) => (asked.state.data?.pages.length ?? 0) <= maxLivePages && interval(asked);
}

// Whatever the reporting time zone is: the last place where it is still that date is twelve hours behind UTC.
function isOver(dateTo: string | undefined): boolean {
  if (dateTo === undefined || dateTo === "") return false;
  return dateTo < new Date(Date.now() - halfDayMs).toISOString().slice(0, "YYYY-MM-DD".length);
}
