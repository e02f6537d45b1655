import type { Measure } from "@headcount/core/present";
import { en } from "@headcount/react-ui/messages";

/** What the measures are called: as on the page. */
export const measureNames: Readonly<Record<Measure, string>> = en.measures;

/** The measures in the order of cards and columns. */
export const measures = Object.keys(measureNames) as Measure[];
