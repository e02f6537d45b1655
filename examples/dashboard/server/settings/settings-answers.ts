import type {
  AnalyticsStatus,
  ErasedPerson,
  ErrorAnswer,
  ForgetProgress,
  ForgottenVisitors,
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

/** What forgetting did. */
export interface ForgetAnswer extends Compared {
  forgotten: ForgottenVisitors;
}

/** What `POST /api/settings/erase` answers. */
export interface EraseAnswer extends Compared {
  erased: ErasedPerson;
}

/** A line of what a route answers that works in steps: how far it is, and in the end what was done, or what went wrong. */
export type StepLine<Progress, Answer> = { progress: Progress } | Answer | ErrorAnswer;

/** A line of what `POST /api/settings/prune` answers. */
export type PruneLine = StepLine<PruneProgress, PruneAnswer>;

/** A line of what `POST /api/settings/forget` answers. */
export type ForgetLine = StepLine<ForgetProgress, ForgetAnswer>;
