/** What can be stored of how a page was viewed. */
export const storableFacts = ["surface", "referrer", "utm", "device"] as const;

export type StorableFact = (typeof storableFacts)[number];

/** What of it the host stores. */
export interface FactPolicy {
  storeFacts: readonly StorableFact[];
  /** The header that has the visitor's country. */
  countryHeader?: string | undefined;
}
