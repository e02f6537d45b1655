import type { CollectMessage } from "@headcount/core/contract";
import type { Arrival } from "./create-arrival.ts";

/** What a view knows of the page that it is on. */
export interface Page {
  readonly arrival: Arrival;
  /** For how many milliseconds the page had the visitor's attention. */
  attentionMs(): number;
  /** Whether somebody sees the page, and may be counted. */
  isSeen(): boolean;
  sessionId(): string;
  /** Undefined when the host wants none. */
  visitorId(): string | undefined;
  put(message: CollectMessage): void;
}
