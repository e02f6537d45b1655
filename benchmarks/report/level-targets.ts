import { quotient, type TargetGroup } from "./target.ts";

const rate = (question: RegExp) => ({ part: "levels", question }) as const;
const without = rate(/without levels$/);

/** What is to be reached with levels. */
export const levelTargets: TargetGroup = {
  targets: [
    [
      "folding with owners, as a share of the rate without levels",
      "≥ 0.6 ×",
      quotient("largest", rate(/with owners$/), without),
    ],
    [
      "folding with owners and the site, as a share of the rate without levels",
      "≥ 0.45 ×",
      quotient("largest", rate(/the site$/), without),
    ],
  ],
  bound:
    "To each of its groups a view is what it is to its entity, with all rows and entries of indexes; only its session, two fifths of the work without levels, is folded once. Nearly all visitors of the site come back: their rows change, which writes four indexes anew, and each gets a row for the day.",
};
