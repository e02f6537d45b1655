import { oneOf } from "./one-of.ts";

/** The periods that a series can be cut into, finest first. */
export const periods = ["hourly", "daily", "weekly", "monthly", "quarterly", "yearly"] as const;

export type Period = (typeof periods)[number];

export const period = oneOf(periods);
