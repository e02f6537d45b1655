import { fork } from "node:child_process";
import { once } from "node:events";
import type { DriverCall, DriverReply } from "./driver.ts";

/** A checkout's client and migrations, in a process of its own. */
export interface Driver extends AsyncDisposable {
  /** @throws {Error} with the message of what failed there */
  perform: (call: DriverCall) => Promise<Performed>;
}

export interface Performed {
  /** How long it took there. */
  ms: number;
  answer: unknown;
}

/** Starts the script of a checkout on a database. */
export function startDriver(script: string, databaseUrl: string): Driver {
  const child = fork(script, [databaseUrl], {
    execArgv: ["--conditions=@headcount/source"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const exited = once(child, "exit");
  const waiting = new Map<number, PromiseWithResolvers<Performed>>();
  let calls = 0;
  child.on("message", (reply: DriverReply) => {
    const waiter = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ("error" in reply) waiter?.reject(new Error(reply.error));
    else waiter?.resolve(reply);
  });
  child.on("exit", (code) => {
    const reason = new Error(`The process that drives a checkout ended with exit code ${code}.`);
    for (const waiter of waiting.values()) waiter.reject(reason);
  });
  return {
    perform(call) {
      const waiter = Promise.withResolvers<Performed>();
      waiting.set((calls += 1), waiter);
      child.send({ id: calls, ...call });
      return waiter.promise;
    },
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
