import { useEffect } from "react";

/** Names the tab of the browser, and the page in its history. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Perch`;
  }, [title]);
}
