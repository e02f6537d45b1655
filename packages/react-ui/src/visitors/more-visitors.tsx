import { type ReactNode, useEffect, useRef } from "react";

export interface MoreVisitorsProps {
  className: string;
  /** What it says: to ask for more, or that more is on its way. */
  children: string;
  isLoading: boolean;
  onMore: () => void;
}

/** The end of the list: asks for more when it comes near the screen, or when it is pressed. */
export function MoreVisitors(props: MoreVisitorsProps): ReactNode {
  const { className, children, isLoading, onMore } = props;
  const end = useRef<HTMLButtonElement>(null);
  const ask = useRef(onMore);
  ask.current = onMore;
  useEffect(() => {
    if (end.current === null || isLoading) return undefined;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) ask.current();
      },
      { rootMargin: "300px" },
    );
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [isLoading]);
  return (
    <button ref={end} type="button" className={className} disabled={isLoading} onClick={onMore}>
      {children}
    </button>
  );
}
