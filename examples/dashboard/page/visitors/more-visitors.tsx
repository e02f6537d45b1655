import { type ReactNode, useEffect, useRef } from "react";

export interface MoreVisitorsProps {
  isLoading: boolean;
  onMore: () => void;
}

/** The end of the list: asks for more when it comes near the screen, or when it is pressed. */
export function MoreVisitors({ isLoading, onMore }: MoreVisitorsProps): ReactNode {
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
    <button
      ref={end}
      type="button"
      className="button visitors-more screen-only"
      disabled={isLoading}
      onClick={onMore}
    >
      {isLoading ? "Loading…" : "Load more"}
    </button>
  );
}
