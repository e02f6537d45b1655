import * as z from "zod/mini";

interface Bounds {
  from: number;
  to: number;
}

/** A whole number in bounds, both included. */
export function wholeNumber({ from, to }: Bounds) {
  const error = `give a whole number from ${from} to ${to}`;
  return z.int({ error, abort: true }).check(z.gte(from, { error }), z.lte(to, { error }));
}
