import { wholeNumber } from "../contract/whole-number.ts";

/** How many connections fold at the same time: there are eight slots. */
export const concurrencyOption = wholeNumber({ from: 1, to: 8 });
