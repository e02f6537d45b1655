import type { CollectionOptions } from "@headcount/core";

/** What this app stores with each view: where it came from, and the families of browser and device. */
export const collection: CollectionOptions = {
  storeFacts: ["surface", "referrer", "utm", "device"],
};
