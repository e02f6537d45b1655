import type { PageFigures } from "../../server/settings/settings-answers.ts";

/** How many views all these pages had. Their visitors cannot be added up: somebody may have viewed several. */
export function totalViews(pages: readonly PageFigures[]): number {
  return pages.reduce((total, { views }) => total + views, 0);
}
