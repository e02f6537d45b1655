import type { AnalyticsClient } from "@headcount/core";
import type { Pool } from "pg";
import type { LoadedPageViews } from "../testing/traffic/load-page-views.ts";
import type { TrafficShape } from "../testing/traffic/traffic-shape.ts";
import type { Contender } from "./contenders/contender.ts";
import type { Load } from "./load.ts";
import type { Entity } from "./questions/question.ts";
import type { EntityName, Explained, Measurement } from "./results/measurement.ts";
import type { Installation } from "./server/installation.ts";

/** What a part of the benchmark works with. */
export interface Bench {
  /** Everybody's connections. */
  pool: Pool;
  client: AnalyticsClient;
  installation: Installation;
  contenders: readonly Contender[];
  /** Page views in the data set. */
  size: number;
  shape: TrafficShape;
  /** How often each question is asked, after warming up. */
  runs: number;
  /** What the part that soaks writes. */
  load: Load;
  loaded: LoadedPageViews;
  entities: Readonly<Record<EntityName, Entity>>;
  /** The number of the first of so many page views that are not in the data set yet, given out once. */
  takeRows: (count: number) => number;
  record: (measurement: Measurement) => void;
  explain: (explained: Explained) => void;
}
