import { type ReactNode, useEffect, useRef } from "react";

export interface OutcomeProps {
  title: string;
  children: ReactNode;
}

/** What was done. It takes the focus, since the button that did it may be gone. */
export function Outcome({ title, children }: OutcomeProps): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div className="settings-outcome">
      <h3 ref={heading} tabIndex={-1}>
        {title}
      </h3>
      {children}
    </div>
  );
}
