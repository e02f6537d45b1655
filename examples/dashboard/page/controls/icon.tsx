import type { ReactNode } from "react";

const paths = {
  arrow: "M7 17 17 7M9 7h8v8",
  download: "M12 4v11m-5-4 5 5 5-5M5 20h14",
  lock: "M7 11V8a5 5 0 0 1 10 0v3M6 11h12v9H6z",
  report: "M7 3h7l4 4v14H6V3zM9 12h6M9 16h6",
  theme: "M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18",
  warning: "M12 4 3 20h18zM12 10v4M12 17v.5",
} as const;

export type IconName = keyof typeof paths;

/** A drawing beside words, which say what it means: it is nothing to those who listen. */
export function Icon({ name }: { name: IconName }): ReactNode {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
