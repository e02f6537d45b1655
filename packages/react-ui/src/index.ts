"use client";
// Components on the hooks of @headcount/react-hooks: a panel in one line, or its parts in any layout.

export { Analytics, type AnalyticsProps } from "./analytics/analytics.tsx";
export {
  type AnalyticsView,
  type AnonymousBy,
  useAnalyticsView,
  type ViewedEntity,
  type ViewedGroup,
} from "./analytics/analytics-context.ts";
export type { ClassNames, StyledPart } from "./analytics/class-names.ts";
export type {
  Customization,
  CustomizationOptions,
  Slots,
  Trouble,
} from "./analytics/customization.ts";
export type { RangeChoice } from "./analytics/range-choice.ts";
export type { RangeOptions, RangeView } from "./analytics/use-range.ts";
export { AnalyticsPanel, type AnalyticsPanelProps } from "./analytics-panel.tsx";
// The parts of an <Analytics>.
export { Cards, type CardsProps } from "./cards/cards.tsx";
export { Chart, type ChartProps } from "./chart/chart.tsx";
export type { ChartTab } from "./chart/chart-tab.ts";
export { ExportMenu, type ExportMenuProps } from "./export/export-menu.tsx";
export { HeatMap } from "./heat-map/heat-map.tsx";
export { HereNow } from "./here-now/here-now.tsx";
// Pages beside each other.
export { type ListedPage, PagesTable, type PagesTableProps } from "./pages-table/pages-table.tsx";
export { RangePicker } from "./range-picker/range-picker.tsx";
export { TopPages, type TopPagesProps } from "./top-pages/top-pages.tsx";
export type { VisitorFilter } from "./visitors/visitor-filter.ts";
export { VisitorList, type VisitorListProps } from "./visitors/visitor-list.tsx";
export type { WhereFromBreakdown, WhereFromDimension } from "./where-from/asked-breakdown.ts";
export { WhereFrom, type WhereFromProps } from "./where-from/where-from.tsx";
export type { Messages } from "./words/messages.ts";
