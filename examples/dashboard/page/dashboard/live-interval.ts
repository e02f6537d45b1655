import type { AnalyticsRequestError } from "@headcount/react-hooks";

// a view in another tab shows within 5 seconds
const milliseconds = 3_000;

interface Asked {
  state: { error: AnalyticsRequestError | null };
}

/** How long until the page asks again, in milliseconds: never, when the server would refuse it again. */
export function liveInterval({ state: { error } }: Asked): number | false {
  return error === null || error.reason === "unavailable" ? milliseconds : false;
}
