import { count } from "./progress-lines.ts";

/** `1,204 MB` */
export function megabytes(bytes: number): string {
  return `${count(Math.round(bytes / 1_000_000))} MB`;
}
