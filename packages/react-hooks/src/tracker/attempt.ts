/** Runs what must not throw: a page does not break because of what counts its views. */
export function attempt<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
