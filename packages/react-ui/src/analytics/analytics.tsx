import type { Comparison, Period } from "@headcount/core/contract";
import type { Live } from "@headcount/react-hooks";
import type { ReactNode } from "react";
import { ViewContext, type ViewedEntity } from "./analytics-context.ts";
import type { CustomizationOptions } from "./customization.ts";
import type { RangeChoice } from "./range-choice.ts";
import { useView } from "./use-view.ts";

export interface AnalyticsProps extends CustomizationOptions {
  entity: ViewedEntity;
  /** The range that is shown, for hosts that keep it, for example in the address. */
  range?: RangeChoice | undefined;
  /**
   * The range that is shown first, where the host does not keep it.
   *
   * @default "30d"
   */
  defaultRange?: RangeChoice | undefined;
  onRangeChange?: ((range: RangeChoice) => void) | undefined;
  /** How finely the range is cut, for hosts that keep it: by default as its length has it best. */
  period?: Period | undefined;
  onPeriodChange?: ((period: Period) => void) | undefined;
  /**
   * Whether totals are compared with those before: `true` with as many days before the range, or, of 12 months, with
   * the same days a year earlier. Where the plan does not show those days, nothing is compared.
   *
   * @default false
   */
  compare?: boolean | Comparison | undefined;
  /**
   * Whether it follows what happens, while the tab is visible: every 5 seconds, or every so many milliseconds.
   *
   * @default false
   */
  live?: Live | undefined;
  /** How many days the user's plan shows. Earlier ranges have a lock, are not asked for, and show the upgrade. */
  historyDays?: number | undefined;
  /** The reporting time zone: by default that of the first answer. */
  timeZone?: string | undefined;
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
export function Analytics(props: AnalyticsProps): ReactNode {
  const view = useView(props);
  return (
    <ViewContext.Provider value={view}>
      <div className={view.classes("root")}>{props.children}</div>
    </ViewContext.Provider>
  );
}
