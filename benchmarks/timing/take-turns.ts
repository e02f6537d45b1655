import { type Spread, spreadOf } from "./spread.ts";

/** Somebody who does the same as the others. */
export interface Runner<Name extends string> {
  name: Name;
  run: () => Promise<unknown>;
}

interface Turns<Name extends string> {
  runners: readonly Runner<Name>[];
  /** How many times each, at most. */
  rounds: number;
  /**
   * Whether a turn is some calls after one that is not timed: each is then measured with its own data in the caches, as
   * on a server that answers it all day, and not after scans of the others. Else a turn is one call.
   */
  warm?: boolean;
}

// Who is slow stops earlier, with at least so many measurements.
const longEnoughMs = 5_000;
const fewestRounds = 3;
const callsOfWarmTurn = 5;
// A server that answers all day runs compiled code: what is fast is called often enough for that.
const warmUpMs = 300;
const mostWarmUps = 200;

/**
 * How many milliseconds it takes each of them, measured in turns so that what else the machine does hits all alike.
 * Each warms up before.
 */
export async function takeTurns<Name extends string>({
  runners,
  rounds,
  warm = false,
}: Turns<Name>): Promise<Map<Name, Spread>> {
  const times = new Map<Name, number[]>();
  for (const { name, run } of runners) {
    times.set(name, []);
    await warmUp(run);
  }
  const callsOfTurn = warm ? callsOfWarmTurn : 1;
  for (let begun = 0; begun < rounds; begun += callsOfTurn) {
    for (const { name, run } of runners) {
      const own = times.get(name) ?? [];
      if (own.length >= fewestRounds && sum(own) > longEnoughMs) continue;
      if (warm) await run();
      const last = Math.min(rounds, begun + callsOfTurn);
      for (let nth = begun; nth < last; nth += 1) own.push(await millisecondsOf(run));
    }
  }
  return new Map([...times].map(([name, own]) => [name, spreadOf(own)]));
}

/** How many milliseconds it takes, once. */
export async function millisecondsOf(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

async function warmUp(run: () => Promise<unknown>): Promise<void> {
  let spent = 0;
  for (let nth = 0; nth < mostWarmUps && spent < warmUpMs; nth += 1) {
    spent += await millisecondsOf(run);
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
