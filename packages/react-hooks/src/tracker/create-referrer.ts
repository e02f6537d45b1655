const maxLength = 1000;

/** Where the visitor came from. */
export interface Referrer {
  /** Its address, as long as the page shows what was loaded: later views came from within the page. */
  url(): string | undefined;
  /** The visitor has been away since. */
  forget(): void;
}

export function createReferrer(): Referrer {
  let isCurrent = true;
  return {
    url() {
      // a path only: many hosts take parameters out of the address that they were loaded with
      const [loaded] = performance.getEntriesByType("navigation");
      isCurrent &&= loaded !== undefined && new URL(loaded.name).pathname === location.pathname;
      return (isCurrent && document.referrer.slice(0, maxLength)) || undefined;
    },
    forget() {
      isCurrent = false;
    },
  };
}
