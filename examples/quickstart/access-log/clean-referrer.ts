/** Where a visitor came from: without query, fragment and credentials, which may show who it was. */
export interface Referrer {
  url: string;
  /** Without a leading `www.`. */
  host: string;
}

/** Reads a Referer header; `undefined` when it is absent or no address of a page. */
export function cleanReferrer(referrer: string): Referrer | undefined {
  const url = URL.parse(referrer);
  if (url === null || url.host === "") return undefined;
  const { protocol, host, pathname } = url;
  return { url: `${protocol}//${host}${pathname}`.slice(0, 2000), host: withoutWww(host) };
}

function withoutWww(host: string): string {
  return host.replace(/^www\./, "");
}
