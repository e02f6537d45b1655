import type { ReactNode } from "react";

export interface WordsProps {
  label: string;
  /** What stands there where there is little room. */
  short?: ReactNode;
}

/** A name, or a shorter one where there is little room. */
export function Words({ label, short }: WordsProps): ReactNode {
  if (short === undefined || short === label) return label;
  return (
    <>
      <span className="headcount-wide">{label}</span>
      <span className="headcount-narrow">{short}</span>
    </>
  );
}
