import type { Page } from "playwright-core";

/**
 * Takes a tab off the network until the returned function brings it back.
 *
 * @example
 * const goOnline = await goOffline(tab);
 * await goOnline();
 */
export async function goOffline(tab: Page): Promise<() => Promise<void>> {
  const session = await tab.context().newCDPSession(tab);
  await session.send("Network.enable");
  const emulate = async (offline: boolean): Promise<void> => {
    const unlimited = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
    await session.send("Network.emulateNetworkConditions", { offline, ...unlimited });
  };
  await emulate(true);
  return () => emulate(false);
}
