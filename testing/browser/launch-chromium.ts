import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium } from "playwright-core";

// Its own name says that it is headless, which servers take for a bot.
const userAgent =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
const flags = [
  "--headless",
  // root and containers have no sandbox, and these tests show nothing but pages of their own
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  `--user-agent=${userAgent}`,
  // names for pages of insecure origins, which localhost is not
  "--host-resolver-rules=MAP *.test localhost",
  "--remote-debugging-port=0",
  // ends the browser when its owner ends, however that happens
  "--remote-debugging-pipe",
];

/** A Chromium with a profile of its own. */
export interface Chromium extends AsyncDisposable {
  browser: Browser;
  /** Its window: a tab behind another one is hidden, only one has the focus, and going back is as fast as for users. */
  window: BrowserContext;
  close(): Promise<void>;
}

export interface ChromiumOptions {
  /**
   * Whether pages may store anything on the device, as users can set it.
   *
   * @default true
   */
  mayStore?: boolean;
}

/**
 * Launches a Chromium that treats pages as it does for users.
 *
 * `chromium.launch` of Playwright would not: it keeps every page visible and focused, and turns the back/forward cache
 * off.
 *
 * @example
 * await using chromium = await launchChromium("/usr/bin/chromium");
 * const tab = await chromium.window.newPage();
 */
export async function launchChromium(
  program: string,
  options: ChromiumOptions = {},
): Promise<Chromium> {
  const profile = createProfile(options);
  const launched = spawn(program, [...flags, `--user-data-dir=${profile}`, "about:blank"], {
    stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
  });
  const close = async (): Promise<void> => {
    await end(launched);
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  };
  try {
    const browser = await chromium.connectOverCDP(await address(launched), { noDefaults: true });
    const [window] = browser.contexts();
    if (window === undefined) throw new Error(`${program} opened no window.`);
    return { browser, window, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

function createProfile({ mayStore = true }: ChromiumOptions): string {
  const profile = mkdtempSync(join(tmpdir(), "headcount-chromium-"));
  mkdirSync(join(profile, "Default"));
  const settings = { cookies: mayStore ? 1 : 2 };
  const preferences = { profile: { default_content_setting_values: settings } };
  writeFileSync(join(profile, "Default/Preferences"), JSON.stringify(preferences));
  return profile;
}

async function end(launched: ChildProcess): Promise<void> {
  if (launched.exitCode !== null || launched.signalCode !== null) return;
  const ended = once(launched, "exit");
  launched.kill();
  await ended;
}

// Chromium writes it to its error output, among warnings.
async function address(launched: ChildProcess): Promise<string> {
  const { stderr } = launched;
  if (stderr === null) throw new Error("The error output of Chromium is not a pipe.");
  let log = "";
  return new Promise((resolve, reject) => {
    stderr.setEncoding("utf8").on("data", (text: string) => {
      log += text;
      const found = /^DevTools listening on (ws:\S+)/m.exec(log)?.[1];
      if (found !== undefined) resolve(found);
    });
    launched.once("error", reject);
    launched.once("exit", (code) =>
      reject(new Error(`Chromium ended with exit code ${code} at its start:\n${log}`)),
    );
  });
}
