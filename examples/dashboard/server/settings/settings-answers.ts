import type {
  AnalyticsStatus,
  ErasedPerson,
  ErrorAnswer,
  PrunedRaw,
  PruneProgress,
} from "@headcount/core/contract";

/** How many viewed a page, ever. */
export interface PageFigures {
  entity_id: string;
  title: string;
  views: number;
  unique_visitors: number;
  /** ISO 8601, UTC; null when nobody has. */
  first_view: string | null;
}

/** What `GET /api/settings/stored` answers. */
export interface StoredAnswer extends Pick<AnalyticsStatus, "pending_changes" | "retention"> {
  pages: PageFigures[];
}

/** The figures of all pages before and after something was done. */
export interface Compared {
  before: PageFigures[];
  after: PageFigures[];
}

/** What pruning did. */
export interface PruneAnswer extends Compared {
  pruned: PrunedRaw;
}

/** A line of what `POST /api/settings/prune` answers: how far it is, and in the end what was done, or what went wrong. */
export type PruneLine = { progress: PruneProgress } | PruneAnswer | ErrorAnswer;

/** What `POST /api/settings/erase` answers. */
export interface EraseAnswer extends Compared {
  erased: ErasedPerson;
}
