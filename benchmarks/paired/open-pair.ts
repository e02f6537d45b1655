import { Pool } from "pg";
import { openTemporaryDatabase } from "../../testing/postgres/temporary-database.ts";
import { loadAccounts } from "../../testing/traffic/load-accounts.ts";
import type { LoadedPageViews } from "../../testing/traffic/load-page-views.ts";
import { loadDataSet } from "../load-data-set.ts";
import type { Measurement } from "../results/measurement.ts";
import { showProgress } from "../show-progress.ts";
import type { Server } from "./open-server.ts";
import { type Pair, recordEach } from "./pair.ts";
import { openSide, type Side, type SideName } from "./side.ts";

/** What both checkouts are measured with. */
export interface PairOptions extends Pick<Pair, "size" | "shape" | "runs" | "load"> {
  /** The scripts that drive the other checkout and this one. */
  drivers: Readonly<Record<SideName, string>>;
}

interface Opening {
  server: Server;
  /** Whether page views are in monthly partitions. */
  partitioned: boolean;
  record: (measurement: Measurement) => void;
}

const maxInstallations = 3;
// A side that takes longer is installed once.
const longEnoughMs = 60_000;

/** Loads page views once, and installs each checkout in a copy: some times in turns, to measure how they are read in. */
export async function openPair(
  options: PairOptions,
  { server, partitioned, record }: Opening,
): Promise<Pair & AsyncDisposable> {
  const { size, drivers } = options;
  await using cleanUp = new AsyncDisposableStack();
  const { template, loaded } = cleanUp.use(await openTemplate(options, { server, partitioned }));
  const open = (name: SideName): Promise<Side> =>
    openSide({ name, driver: drivers[name], serverUrl: server.url, template });
  const installations = partitioned ? 1 : Math.min(options.runs, maxInstallations);
  const seconds = { against: [] as number[], headcount: [] as number[] };
  let sides: readonly [Side, Side] | undefined;
  for (let nth = 1; sides === undefined; nth += 1) {
    showProgress(`installing both, ${nth} of ${installations}`);
    await using opened = new AsyncDisposableStack();
    const both = [opened.use(await open("against")), opened.use(await open("headcount"))] as const;
    for (const { name, historyMs } of both) seconds[name].push(historyMs / 1000);
    const [longest] = both.map(({ historyMs }) => historyMs).toSorted((a, b) => b - a);
    if (nth < installations && (longest ?? 0) < longEnoughMs) continue;
    cleanUp.use(opened.move());
    sides = both;
  }
  // copying a database makes one, which would leave the first side with more to log than the second
  await sides[0].pool.query("checkpoint");
  showProgress("installed both\n");
  let nextRow = size + 1;
  const pair: Pair = {
    ...options,
    sides,
    setAutovacuum: server.setAutovacuum,
    loaded,
    entities: { big: loaded.bigEntity, middle: loaded.middleEntity, typical: loaded.typicalEntity },
    takeRows: (count) => (nextRow += count) - count,
    record,
  };
  const question = `page views read in${partitioned ? ", in partitions" : ""}`;
  const row = { part: "setup", question, entity: null, unit: "s" } as const;
  recordEach(pair, row, { valuesOf: ({ name }) => seconds[name] });
  const opened = cleanUp.move();
  return { ...pair, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

interface Template extends AsyncDisposable {
  /** The name of the database. */
  template: string;
  loaded: LoadedPageViews;
}

async function openTemplate(
  { size, shape }: PairOptions,
  { server, partitioned }: Omit<Opening, "record">,
): Promise<Template> {
  await using cleanUp = new AsyncDisposableStack();
  const database = cleanUp.use(
    await openTemporaryDatabase({ purpose: "benchmark", serverUrl: server.url }),
  );
  const connectionString = database.pool.options.connectionString ?? "";
  // a database can be copied only while nobody is connected to it
  const pool = new Pool({ connectionString });
  pool.on("error", () => undefined);
  try {
    const loaded = await loadDataSet({ pool, size, shape, partitioned });
    await loadAccounts(pool, { size, shape });
    await pool.query("vacuum analyze");
    const opened = cleanUp.move();
    return {
      template: new URL(connectionString).pathname.slice(1),
      loaded,
      [Symbol.asyncDispose]: () => opened.disposeAsync(),
    };
  } finally {
    await pool.end();
  }
}
