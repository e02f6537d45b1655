import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
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

/** What guard-server.ts sends once: the server takes connections, or why it does not. */
export type LaunchOutcome = { pid: number } | { problem: string };

/** Runs `postgres` until `stop`, or until this process ends, and waits until it takes connections. */
export async function launchServer(options: LaunchOptions): Promise<ServerProcess> {
  const guard = fork(join(import.meta.dirname, "guard-server.ts"), [JSON.stringify(options)], {
    // Ctrl-C reaches a whole process group: not the guard, which has work to do when we are gone
    detached: true,
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const outcome = await Promise.race([firstMessage(guard), earlyExit(guard)]);
  if ("problem" in outcome) throw new Error(outcome.problem);

  // a server that nobody stopped must not keep its owner from ending
  guard.unref();
  guard.channel?.unref();
  return {
    pid: outcome.pid,
    async stop() {
      if (guard.exitCode !== null || guard.signalCode !== null) return;
      guard.ref();
      const exited = once(guard, "exit");
      if (guard.connected) guard.disconnect();
      await exited;
    },
  };
}

async function firstMessage(guard: ChildProcess): Promise<LaunchOutcome> {
  const [outcome] = (await once(guard, "message")) as [LaunchOutcome];
  return outcome;
}

async function earlyExit(guard: ChildProcess): Promise<LaunchOutcome> {
  const [code] = (await once(guard, "exit")) as [number | null];
  return { problem: `The process that guards PostgreSQL ended with exit code ${code}.` };
}
