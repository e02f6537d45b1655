/** What a partition of page views holds: those of a month, as the reporting zone cuts it. */
export type Partitioning = "monthly";
