/** How much is written, and for how long. */
export interface Load {
  viewsPerSecond: number;
  minutes: number;
}
