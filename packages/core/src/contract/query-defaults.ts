// What a question means when it does not say. Apart from the schemas, so that browsers need not load those.

export const timeSeriesDefaults = { period: "daily" } as const;

export const visitorsDefaults = { sort: "visit_count", limit: 50, visits_limit: 5 } as const;

export const liveDefaults = { minutes: 5 } as const;

export const topEntitiesDefaults = { sort: "unique_visitors", limit: 10 } as const;

export const digestDefaults = { period: "weekly" } as const;

export const breakdownDefaults = { sort: "unique_visitors", limit: 20 } as const;
