import type { ReactNode } from "react";

const paths = {
  calendar: "M5 6h14v14H5zM5 10h14M9 3v4M15 3v4",
  chevron: "m6 9 6 6 6-6",
  close: "m6 6 12 12M18 6 6 18",
  download: "M12 4v11m-5-4 5 5 5-5M5 20h14",
  lock: "M7 11V8a5 5 0 0 1 10 0v3M6 11h12v9H6z",
} as const;

export type IconName = keyof typeof paths;

/** A drawing beside words, which say what it means: it is nothing to screen readers. */
export function Icon({ name }: { name: IconName }): ReactNode {
  return (
    <svg className="headcount-icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
