import type { CollectMessage } from "@headcount/core/contract";

/** What a view knows of the page that it is on. */
export interface Page {
  /** For how many milliseconds the page had the visitor's attention. */
  attentionMs(): number;
  /** Whether somebody sees the page, and may be counted. */
  isSeen(): boolean;
  sessionId(): string;
  referrer(): string | undefined;
  put(message: CollectMessage): void;
}
