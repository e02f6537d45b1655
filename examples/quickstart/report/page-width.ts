const narrowest = 60;
const widest = 100;

/** How many characters a line of the report may have: what the terminal shows, or 100 where there is none. */
export function pageWidth({ columns }: { columns?: number | undefined }): number {
  return Math.min(Math.max(columns ?? widest, narrowest), widest);
}
