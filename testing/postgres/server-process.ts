import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import type { ServerUser } from "./server-user.ts";

export interface LaunchOptions {
  program: string;
  user: ServerUser;
  /** Removed when the server has stopped. */
  workDirectory: string;
  dataDirectory: string;
  settings: Record<string, string | number>;
}

export interface ServerProcess {
  pid: number;
  stop: () => Promise<void>;
}

/** Runs `postgres` until `stop`, or until this process ends, and waits until it takes connections. */
export async function launchServer(options: LaunchOptions): Promise<ServerProcess> {
  const { program, user, workDirectory, dataDirectory, settings } = options;
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const child = spawn(program, ["-D", dataDirectory, ...flags], {
    ...user,
    cwd: workDirectory,
    env: { ...process.env, TZ: "UTC" },
    stdio: ["ignore", "ignore", "pipe"],
  });

  const killNow = (): void => {
    child.kill("SIGQUIT");
    removeFolder(workDirectory);
  };
  const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const onSignal = (signal: NodeJS.Signals): void => {
    forget();
    killNow();
    // with our listener gone the signal does what it does by default, unless somebody else handles it
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  const forget = (): void => {
    process.off("exit", killNow);
    for (const signal of endings) process.off(signal, onSignal);
  };
  process.once("exit", killNow);
  for (const signal of endings) process.once(signal, onSignal);

  try {
    await readyToAcceptConnections(child);
  } catch (error) {
    forget();
    removeFolder(workDirectory);
    throw error;
  }
  return {
    pid: child.pid ?? 0,
    async stop() {
      await shutDown(child);
      forget();
      removeFolder(workDirectory);
    },
  };
}

async function readyToAcceptConnections(child: ChildProcess): Promise<void> {
  let log = "";
  let ready = false;
  await new Promise<void>((resolve, reject) => {
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      // goes on reading after the start: a full pipe would block the server
      if (ready) return;
      log += text;
      ready = log.includes("ready to accept connections");
      if (ready) resolve();
    });
    child.once("error", reject);
    child.once("exit", (code) => {
      reject(new Error(`PostgreSQL ended with exit code ${code} while it was starting:\n${log}`));
    });
  });
  child.removeAllListeners("exit");
}

async function shutDown(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  // Smart first: pg's pool.end() resolves before its sockets are closed, and a fast shutdown just then
  // raises an error (57P01) in a pool that nobody listens to any more.
  child.kill("SIGTERM");
  const fast = setTimeout(() => child.kill("SIGINT"), 1_000);
  const immediate = setTimeout(() => child.kill("SIGQUIT"), 5_000);
  await ended;
  clearTimeout(fast);
  clearTimeout(immediate);
}

function removeFolder(folder: string): void {
  // the server's children may still be writing their last files
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 25 });
}
