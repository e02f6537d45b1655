import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";
import type { AppEnvironment } from "../server/app-environment.ts";

/** A server that answers, until it is disposed of. */
export interface Listening extends AsyncDisposable {
  /** Where it answers. */
  url: string;
}

export interface ListenOptions {
  app: Hono<AppEnvironment>;
  /** 0 takes any that is free. */
  port: number;
}

/** @throws {Error} when somebody else listens on that port */
export async function listen({ app, port }: ListenOptions): Promise<Listening> {
  const server = createAdaptorServer({ fetch: app.fetch });
  server.listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (error) {
    throw new Error(`Nothing can listen on port ${port} (${String(error)}): give another --port.`, {
      cause: error,
    });
  }
  const address = server.address() as AddressInfo;
  return {
    url: `http://localhost:${address.port}/`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      if ("closeAllConnections" in server) server.closeAllConnections();
      await closed;
    },
  };
}
