import type { Page } from "playwright-core";

/** Keeps a tab visible when it loses the focus, like a window beside the one that is used. */
export async function keepVisible(tab: Page): Promise<void> {
  // Emulated focus makes a tab visible for as long as one session wants that; the last one decides about the focus.
  const [first, last] = await Promise.all([
    tab.context().newCDPSession(tab),
    tab.context().newCDPSession(tab),
  ]);
  await first.send("Emulation.setFocusEmulationEnabled", { enabled: true });
  await last.send("Emulation.setFocusEmulationEnabled", { enabled: true });
  await last.send("Emulation.setFocusEmulationEnabled", { enabled: false });
}
