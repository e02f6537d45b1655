const maxReferrerLength = 2048;

interface ReferrerToClean {
  referrer: string | null | undefined;
  isOwnHost: (host: string) => boolean;
  keepQuery: boolean;
  /** How many characters the column takes. */
  limit?: number | undefined;
}

/**
 * What is stored of a referrer: nothing unless it is a page elsewhere; else its address without credentials, and without
 * query string and fragment unless they are asked for. Of an address that is too long only the origin is kept.
 */
export function cleanReferrer({
  referrer,
  isOwnHost,
  keepQuery,
  limit = maxReferrerLength,
}: ReferrerToClean): string | null {
  const url = referrer ? URL.parse(referrer) : null;
  // Apps on Android name themselves as android-app://com.example
  if (url === null || !/^(https?|android-app):$/.test(url.protocol) || url.host === "") return null;
  if (isOwnHost(url.host)) return null;
  const query = keepQuery ? url.search + url.hash : "";
  const origin = `${url.protocol}//${url.host}`;
  const address = `${origin}${url.pathname}${query}`;
  const maxLength = Math.min(limit, maxReferrerLength);
  if (address.length <= maxLength) return address;
  return origin.length < maxLength ? `${origin}/` : null;
}
