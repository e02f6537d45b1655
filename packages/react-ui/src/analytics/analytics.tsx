import type { ReactNode } from "react";
import { ViewContext } from "./analytics-context.ts";
import { useView, type ViewOptions } from "./use-view.ts";

/** What it is of, an `entity` or all `of` an owner, a type or the site; and its parts, in any layout of yours. */
export type AnalyticsProps = ViewOptions & { children?: ReactNode };

/**
 * Knows what its parts are of and which range they show, and asks for the numbers once for all of them.
 *
 * @example
 * <Analytics entity={{ entity_type: "listing", entity_id: "7" }} live>
 *   <RangePicker />
 *   <Cards />
 *   <Chart />
 *   <VisitorList />
 * </Analytics>;
 */
export function Analytics({ children, ...options }: AnalyticsProps): ReactNode {
  const view = useView(options);
  return (
    <ViewContext.Provider value={view}>
      <div className={view.classes("root")}>{children}</div>
    </ViewContext.Provider>
  );
}
