import { type Spread, spreadOf } from "./spread.ts";

/** Somebody who does the same as the others. */
export type Runner<Name extends string> = { name: Name } & (
  | { run: () => Promise<unknown> }
  // does it once, and returns how many milliseconds it took, where the time of the call would hold more than that
  | { time: () => Promise<number> }
);

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
const minRounds = 3;
const callsOfWarmTurn = 5;
// A server that answers all day runs compiled code: what is fast is called often enough for that.
const warmUpMs = 300;
const maxWarmUps = 200;
// To try whether it works, two will do.
const warmUpsOfTrial = 2;

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
  for (const runner of runners) {
    times.set(runner.name, []);
    await warmUp(runner, rounds < minRounds ? warmUpsOfTrial : maxWarmUps);
  }
  const callsOfTurn = warm ? callsOfWarmTurn : 1;
  for (let begun = 0; begun < rounds; begun += callsOfTurn) {
    for (const runner of runners) {
      const own = times.get(runner.name) ?? [];
      if (own.length >= minRounds && sum(own) > longEnoughMs) continue;
      if (warm) await timeOf(runner);
      const last = Math.min(rounds, begun + callsOfTurn);
      for (let nth = begun; nth < last; nth += 1) own.push(await timeOf(runner));
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

function timeOf(runner: Runner<string>): Promise<number> {
  return "time" in runner ? runner.time() : millisecondsOf(runner.run);
}

async function warmUp(runner: Runner<string>, most: number): Promise<void> {
  let spent = 0;
  for (let nth = 0; nth < most && spent < warmUpMs; nth += 1) {
    spent += await timeOf(runner);
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
