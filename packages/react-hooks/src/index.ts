export type {
  TimeSeries,
  TimeSeriesQuery,
  VisitorList,
  VisitorsQuery,
} from "@headcount/core/contract";
