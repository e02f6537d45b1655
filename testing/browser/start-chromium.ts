import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

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

export interface ChromiumOptions {
  /**
   * Whether pages may store anything on the device, as users can set it.
   *
   * @default true
   */
  mayStore?: boolean;
  /**
   * The page that it opens.
   *
   * @default "about:blank"
   */
  url?: string;
}

/** A Chromium with a profile of its own, that nobody drives yet. */
export interface StartedChromium {
  /** Where it can be driven from. */
  endpoint: string;
  close: () => Promise<void>;
}

export async function startChromium(
  program: string,
  options: ChromiumOptions = {},
): Promise<StartedChromium> {
  const { mayStore = true, url = "about:blank" } = options;
  const profile = createProfile(mayStore);
  const started = spawn(program, [...flags, `--user-data-dir=${profile}`, url], {
    stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
  });
  const close = async (): Promise<void> => {
    await end(started);
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  };
  try {
    return { endpoint: await address(started), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function createProfile(mayStore: boolean): string {
  const profile = mkdtempSync(join(tmpdir(), "headcount-chromium-"));
  mkdirSync(join(profile, "Default"));
  const settings = { cookies: mayStore ? 1 : 2 };
  const preferences = { profile: { default_content_setting_values: settings } };
  writeFileSync(join(profile, "Default/Preferences"), JSON.stringify(preferences));
  return profile;
}

async function end(started: ChildProcess): Promise<void> {
  if (started.exitCode !== null || started.signalCode !== null) return;
  const ended = once(started, "exit");
  started.kill();
  await ended;
}

// Chromium writes it to its error output, among warnings.
async function address(started: ChildProcess): Promise<string> {
  const { stderr } = started;
  if (stderr === null) throw new Error("The error output of Chromium is not a pipe.");
  let log = "";
  return new Promise((resolve, reject) => {
    stderr.setEncoding("utf8").on("data", (text: string) => {
      log += text;
      const found = /^DevTools listening on (ws:\S+)/m.exec(log)?.[1];
      if (found !== undefined) resolve(found);
    });
    started.once("error", reject);
    started.once("exit", (code) =>
      reject(new Error(`Chromium ended with exit code ${code} at its start:\n${log}`)),
    );
  });
}
