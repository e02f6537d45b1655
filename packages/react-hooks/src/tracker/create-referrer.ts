const longestReferrer = 1000;

/** Tells where the visitor came from, until the page's address changes: later views came from within the page. */
export function createReferrer(): () => string | undefined {
  let landing: string | undefined = location.href;
  return () => {
    if (landing !== location.href) landing = undefined;
    const came = landing !== undefined && document.referrer !== "";
    return came ? document.referrer.slice(0, longestReferrer) : undefined;
  };
}
