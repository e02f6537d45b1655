import { foldEverything } from "./fold-everything.ts";
import { foldSlots } from "./fold-slots.ts";

/** All that is pending can be folded in three passes at once, or pass by pass, a slot at a time: both have one result. */
export const waysToFold = [
  { way: "all slots at once", foldAll: foldEverything },
  { way: "slot by slot", foldAll: foldSlots },
] as const;
