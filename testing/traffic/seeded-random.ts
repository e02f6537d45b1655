/** Random choices that are the same for the same seed, on every machine. */
export interface SeededRandom {
  /** At least 0, and below 1. */
  fraction(): number;
  /** A whole number from 0 up to, and without, `limit`. */
  below(limit: number): number;
  chance(probability: number): boolean;
  /** From the standard normal distribution. */
  normal(): number;
  pick<T>(choices: readonly T[]): T;
  /** Picks with a probability in proportion to each choice's weight. */
  pickWeighted<T extends { weight: number }>(choices: readonly T[]): T;
  uuid(): string;
}

/**
 * Makes a source of random choices (the generator is mulberry32).
 *
 * @example
 * seededRandom(1).below(100) //=> 62
 */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const bits = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const fraction = (): number => bits() / 2 ** 32;
  const below = (limit: number): number => Math.floor(fraction() * limit);

  return {
    fraction,
    below,
    chance: (probability) => fraction() < probability,
    normal: () => Math.sqrt(-2 * Math.log(1 - fraction())) * Math.cos(2 * Math.PI * fraction()),
    pick: (choices) => at(choices, below(choices.length)),
    pickWeighted(choices) {
      let rest = fraction() * choices.reduce((sum, { weight }) => sum + weight, 0);
      const picked = choices.findIndex(({ weight }) => (rest -= weight) < 0);
      return at(choices, picked === -1 ? choices.length - 1 : picked);
    },
    uuid() {
      const hex = Array.from({ length: 4 }, () => bits().toString(16).padStart(8, "0")).join("");
      const variant = "89ab".charAt(below(4));
      return [
        hex.slice(0, 8),
        hex.slice(8, 12),
        `4${hex.slice(13, 16)}`,
        `${variant}${hex.slice(17, 20)}`,
        hex.slice(20),
      ].join("-");
    },
  };
}

function at<T>(choices: readonly T[], index: number): T {
  const choice = choices[index];
  if (choice === undefined)
    throw new RangeError("There is nothing to pick from: give at least one choice.");
  return choice;
}
