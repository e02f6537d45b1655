/**
 * The site's own host: the combined format does not have it, but pages ask for their images and styles with
 * their own address as the referrer. So it is the host that more than half of the asset requests came from.
 *
 * @param assetReferrers number of asset requests by the host of their referrer
 */
export function ownHost(assetReferrers: ReadonlyMap<string, number>): string | undefined {
  let total = 0;
  let mostFrequent: { host: string; requests: number } | undefined;
  for (const [host, requests] of assetReferrers) {
    total += requests;
    if (requests > (mostFrequent?.requests ?? 0)) mostFrequent = { host, requests };
  }
  return mostFrequent !== undefined && mostFrequent.requests * 2 > total
    ? mostFrequent.host
    : undefined;
}
