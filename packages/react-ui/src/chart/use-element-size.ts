import { type RefObject, useLayoutEffect, useRef, useState } from "react";

export interface ElementSize {
  width: number;
  height: number;
}

/** How large an element is, before it is first painted and whenever that changes. */
export function useElementSize<Shown extends HTMLElement>(): [
  RefObject<Shown | null>,
  ElementSize | undefined,
] {
  const element = useRef<Shown>(null);
  const [size, setSize] = useState<ElementSize>();
  useLayoutEffect(() => {
    const shown = element.current;
    if (shown === null) return undefined;
    const measure = (): void => {
      const { clientWidth: width, clientHeight: height } = shown;
      setSize((old) => (old?.width === width && old.height === height ? old : { width, height }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(shown);
    return () => observer.disconnect();
  }, []);
  return [element, size];
}
