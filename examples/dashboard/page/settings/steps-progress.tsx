import type { ReactNode } from "react";
import { count, countOf } from "./in-words.ts";

export interface StepsProgressProps {
  /** What is done, like `Pruning`. */
  label: string;
  /** What is said until a step is done. */
  beginning: string;
  done: number | undefined;
  /** How many there are to do. */
  of: number | undefined;
  /** One of them, like `page view`. */
  one: string;
}

/** How far something is that is done in steps. */
export function StepsProgress(props: StepsProgressProps): ReactNode {
  const { label, beginning, done, of = 0, one } = props;
  return (
    <div className="settings-progress">
      <progress aria-label={label} {...(done !== undefined && { value: done, max: of })} />
      <span className="muted numbers">
        {done === undefined ? beginning : `${count(done)} of ${countOf(of, one)}`}
      </span>
    </div>
  );
}
