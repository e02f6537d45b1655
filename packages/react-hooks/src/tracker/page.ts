import type { CollectMessage } from "@headcount/core/contract";
import type { Referrer } from "./create-referrer.ts";

/** What a view knows of the page that it is on. */
export interface Page {
  readonly referrer: Referrer;
  /** For how many milliseconds the page had the visitor's attention. */
  attentionMs(): number;
  /** Whether somebody sees the page, and may be counted. */
  isSeen(): boolean;
  sessionId(): string;
  /** Null when the host wants none. */
  visitorId(): string | null;
  put(message: CollectMessage): void;
}
