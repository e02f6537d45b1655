const scale = Number(process.env["HEADCOUNT_FAULT_SCALE"] ?? 0.1);
if (!(scale > 0 && scale <= 100)) {
  throw new RangeError(
    `HEADCOUNT_FAULT_SCALE must be a number above 0 and at most 100, and is ${process.env["HEADCOUNT_FAULT_SCALE"]}.`,
  );
}

/** How many times, seconds or rows of a fault are tried: all of them with HEADCOUNT_FAULT_SCALE=1, as .ci/run does. */
export function scaled(figure: number): number {
  return Math.max(1, Math.round(figure * scale));
}
