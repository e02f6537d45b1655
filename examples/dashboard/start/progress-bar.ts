const width = 24;

/** Draws how much of something is done: `share` is from 0 to 1. */
export function progressBar(share: number): string {
  const done = Math.round(share * width);
  return `${"█".repeat(done)}${"░".repeat(width - done)} ${String(Math.floor(share * 100)).padStart(3)} %`;
}
