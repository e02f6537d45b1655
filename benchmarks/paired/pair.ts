import { isDeepStrictEqual } from "node:util";
import type { Bench } from "../bench.ts";
import type { ClientCall } from "../questions/client-call.ts";
import type { Measurement } from "../results/measurement.ts";
import { spreadOf } from "../timing/spread.ts";
import { takeTurns } from "../timing/take-turns.ts";
import { sharedFields } from "./shared-fields.ts";
import type { Side, SideName } from "./side.ts";

/** Two checkouts with the same page views, and what the parts work with. */
export interface Pair
  extends Pick<
    Bench,
    "size" | "shape" | "runs" | "load" | "entities" | "loaded" | "takeRows" | "record"
  > {
  /** The other checkout's, then this one's. */
  sides: readonly [Side, Side];
  /** Switches autovacuum on a server of the run's own; it is off while it would disturb. */
  setAutovacuum: (on: boolean) => Promise<void>;
}

/** A row of a table. */
export type Row = Pick<Measurement, "part" | "question" | "entity" | "unit">;

interface Comparison {
  /** Does it once, and returns how many milliseconds it took. */
  time: (side: Side) => Promise<number>;
  rounds: number;
  /** What there is to say of this checkout's. */
  note?: string | undefined;
}

/** Measures both in turns of some calls each. */
export async function compare(
  { sides, record }: Pair,
  row: Row,
  { time, rounds, note }: Comparison,
): Promise<void> {
  const runners = sides.map((side) => ({ name: side.name, time: () => time(side) }));
  for (const [contender, spread] of await takeTurns({ runners, rounds, warm: true })) {
    record({ ...row, contender, spread, ...noteOf(contender, note) });
  }
}

/** What there is to say of this checkout's. */
export function noteOf(name: SideName, note: string | undefined): { note?: string } {
  return note !== undefined && name === "headcount" ? { note } : {};
}

/** Records what was measured of each; nothing where there is nothing. */
export function recordEach(
  { sides, record }: Pair,
  row: Row,
  { valuesOf, note }: { valuesOf: (side: Side) => readonly number[]; note?: string | undefined },
): void {
  for (const side of sides) {
    const values = valuesOf(side);
    if (values.length === 0) continue;
    record({ ...row, contender: side.name, spread: spreadOf(values), ...noteOf(side.name, note) });
  }
}

/** Asks a side's client once, and returns how many milliseconds that took there. */
export async function timeOfCall({ driver }: Side, call: ClientCall): Promise<number> {
  return (await driver.perform({ call: "ask", ...call })).ms;
}

/** Whether both give the same answer, and if not, a note of that. */
export async function differenceOf(
  { sides }: Pair,
  callOf: (side: Side) => ClientCall,
): Promise<string | undefined> {
  const [theirs, ours] = await Promise.all(
    sides.map(async (side) => {
      const { answer } = await side.driver.perform({ call: "ask", ...callOf(side) });
      const { freshness, ...rest } = answer as { freshness: { live: boolean } };
      // a cursor is a checkout's own, and so is what else it says of how fresh an answer is; a ref is an installation's own
      const answered = JSON.stringify({ ...rest, live: freshness.live, next_cursor: null });
      return JSON.parse(answered, (name, value: unknown) =>
        name === "ref" ? null : value,
      ) as unknown;
    }),
  );
  return isDeepStrictEqual(sharedFields(theirs, ours), sharedFields(ours, theirs))
    ? undefined
    : "the answers differ";
}
