import type { ReactNode } from "react";
import { ViewContext } from "./analytics-context.ts";
import { useView, type ViewOptions } from "./use-view.ts";

export interface AnalyticsProps extends ViewOptions {
  /** Its parts, in any layout of yours. */
  children?: ReactNode;
}

/**
 * Knows which entity and which range its parts show, and asks for the numbers once for all of them.
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
