// Runs in a process of its own in each of two checkouts, and does what its parent asks for by that checkout's client and
// migrations. It is copied into the other checkout, so it makes only calls that both have, and imports nothing else of ours.
import { AnalyticsClient } from "@headcount/core";
import { migrate } from "@headcount/migrations";
import { Pool } from "pg";

export type DriverCall =
  | { call: "migrate" }
  | { call: "ask"; method: "getTimeSeries" | "getVisitors" | "getStatus"; query: object }
  | { call: "start_folding"; options: object }
  | { call: "stop_folding" };

/** What a call gave, and how many milliseconds it took here; or the message of its error. */
export type DriverReply = { id: number } & ({ ms: number; answer: unknown } | { error: string });

const pool = new Pool({ connectionString: process.argv[2] });
pool.on("error", () => undefined);
const client = new AnalyticsClient({ pool });
let worker: ReturnType<typeof client.startAggregating> | undefined;
let failure: string | undefined;

process.on("message", (message: DriverCall & { id: number }) => void reply(message));
process.on("disconnect", () => process.exit());

async function reply({ id, ...call }: DriverCall & { id: number }): Promise<void> {
  const start = performance.now();
  try {
    const answer = await perform(call);
    send({ id, ms: performance.now() - start, answer });
  } catch (error) {
    send({ id, error: error instanceof Error ? error.message : String(error) });
  }
}

function send(message: DriverReply): void {
  process.send?.(message);
}

async function perform(call: DriverCall): Promise<unknown> {
  switch (call.call) {
    case "migrate":
      return millisecondsOfHistory();
    case "ask":
      return client[call.method](call.query as never);
    case "start_folding": {
      failure = undefined;
      const onError = ({ message }: Error): void => void (failure = message);
      worker = client.startAggregating({ ...call.options, onError });
      return null;
    }
    case "stop_folding":
      await worker?.stop();
      if (failure !== undefined) throw new Error(failure);
      return null;
  }
}

// From what was reported before the first page views were read in to what is after the last: whatever its steps are called.
async function millisecondsOfHistory(): Promise<number> {
  let reported = performance.now();
  let began: number | undefined;
  let ended: number | undefined;
  await migrate({
    pool,
    onProgress: ({ kind }) => {
      if (kind === "history_read") {
        began ??= reported;
        ended = undefined;
      } else {
        ended ??= performance.now();
      }
      reported = performance.now();
    },
  });
  if (began === undefined) throw new Error("Migrating reported no history_read.");
  return (ended ?? performance.now()) - began;
}
