/** Milliseconds of repeated runs of one thing. */
export interface Timing {
  median: number;
  fastest: number;
  slowest: number;
}

/** Runs it once to warm up, then as often as asked, and says how long the runs took. */
export async function measure(runs: number, run: () => Promise<unknown>): Promise<Timing> {
  await run();
  const times: number[] = [];
  for (let nth = 0; nth < runs; nth += 1) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return {
    median: times[Math.floor(times.length / 2)] ?? Number.NaN,
    fastest: times[0] ?? Number.NaN,
    slowest: times.at(-1) ?? Number.NaN,
  };
}
