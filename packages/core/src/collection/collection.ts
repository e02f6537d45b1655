import { type RefusalCode, refusalCodes } from "../contract/collect-refusal.ts";
import type { Connection } from "../database/connect.ts";
import { openFactNumbers } from "./facts/fact-numbers.ts";
import { openPageViewTable } from "./storage/page-view-table.ts";
import { openVisitorSecrets } from "./storage/visitor-secrets.ts";
import type { CollectionPolicy } from "./validation/collection-policy.ts";
import { createSessionRate } from "./validation/session-rate.ts";
import type { ValidationRules } from "./validation/validate-page-views.ts";

/** What all calls that collect share: where to, by which rules, and how much so far. */
export interface Collection extends ValidationRules {
  counts: CollectionCounts;
}

/** How many views and times on page were accepted and refused, and why, since the client was made. */
export interface CollectionCounts {
  accepted: number;
  refused: Record<RefusalCode, number>;
}

interface CollectionToOpen {
  connection: Connection;
  policy: CollectionPolicy;
}

export function openCollection({ connection, policy }: CollectionToOpen): Collection {
  const { maxViewsPerMinute } = policy;
  const refused = Object.fromEntries(refusalCodes.map((code) => [code, 0]));
  return {
    connection,
    policy,
    table: openPageViewTable({ connection, numberFacts: openFactNumbers(connection) }),
    secrets: openVisitorSecrets(connection),
    rate:
      maxViewsPerMinute === false ? () => false : createSessionRate({ limit: maxViewsPerMinute }),
    counts: { accepted: 0, refused: refused as CollectionCounts["refused"] },
  };
}

interface ResultToCount {
  accepted: number;
  refused: readonly { code: RefusalCode }[];
}

/** Adds what became of a call to the counts. */
export function count(counts: CollectionCounts, { accepted, refused }: ResultToCount): void {
  counts.accepted += accepted;
  for (const { code } of refused) counts.refused[code] += 1;
}
