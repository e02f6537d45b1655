interface ReferrerToJudge {
  referrer: string | null | undefined;
  /** Hosts, in lower case. */
  refused: readonly string[];
}

/** Whether a page of one of these hosts, or of a part of one, links here. */
export function isRefusedReferrer({ referrer, refused }: ReferrerToJudge): boolean {
  if (refused.length === 0 || !referrer) return false;
  const host = URL.parse(referrer)?.hostname.toLowerCase() ?? "";
  return refused.some((name) => host === name || host.endsWith(`.${name}`));
}
