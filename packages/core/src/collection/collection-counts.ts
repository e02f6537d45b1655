import { type RefusalCode, refusalCodes } from "../contract/collect-refusal.ts";

/** How many views and times on page were accepted and refused, and why, since the client was made. */
export interface CollectionCounts {
  accepted: number;
  refused: Record<RefusalCode, number>;
}

export function createCounts(): CollectionCounts {
  const refused = Object.fromEntries(refusalCodes.map((code) => [code, 0]));
  return { accepted: 0, refused: refused as CollectionCounts["refused"] };
}

interface ResultToCount {
  accepted: number;
  refused: readonly { code: RefusalCode }[];
}

export function count(counts: CollectionCounts, { accepted, refused }: ResultToCount): void {
  counts.accepted += accepted;
  for (const { code } of refused) counts.refused[code] += 1;
}
