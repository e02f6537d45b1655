/** How often a running page is looked at, in milliseconds. */
export const beatMs: number = 15_000;

/** Adds up the time that it runs. */
export interface Stopwatch {
  readonly isRunning: boolean;
  /** Milliseconds so far. */
  total(): number;
  run(isRunning: boolean): void;
}

/** A stopwatch that has to be read at every beat: a longer gap means that the machine was asleep. */
export function createStopwatch(): Stopwatch {
  let total = 0;
  let since: number | undefined;

  function read(): number {
    if (since !== undefined) {
      const now = performance.now();
      total += Math.min(now - since, 2 * beatMs);
      since = now;
    }
    return total;
  }

  return {
    get isRunning() {
      return since !== undefined;
    },
    total: read,
    run(isRunning) {
      read();
      since = isRunning ? (since ?? performance.now()) : undefined;
    },
  };
}
