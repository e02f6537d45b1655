import { foldBatch, foldEverything } from "./fold-everything.ts";
import { foldSlot, foldSlots } from "./fold-slots.ts";

/** All that is pending can be folded at once, or a slot at a time: both have one result. */
export const waysToFold = [
  { way: "all slots at once", step: foldBatch, foldAll: foldEverything },
  { way: "slot by slot", step: foldSlot, foldAll: foldSlots },
] as const;
