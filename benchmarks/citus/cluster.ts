import type { Bench } from "../bench.ts";
import type { Side } from "./sides.ts";

/** One Postgres, one worker and all workers with the same page views, and what the parts work with. */
export interface Cluster
  extends Pick<Bench, "size" | "shape" | "runs" | "loaded" | "takeRows" | "record"> {
  sides: readonly [Side, Side, Side];
}
