import { useSyncExternalStore } from "react";

/**
 * The reader's language: undefined is the browser's. A server does not know it and writes English, which the browser
 * takes over before it writes its own: else what was rendered on the server would not fit.
 */
export function useReaderLocale(): string | undefined {
  return useSyncExternalStore(neverChanges, inBrowsers, onServers);
}

const neverChanges = () => () => undefined;
const inBrowsers = (): undefined => undefined;
const onServers = (): string => "en";
