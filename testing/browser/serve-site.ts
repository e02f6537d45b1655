import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";

export interface Site extends AsyncDisposable {
  /** For example `http://localhost:41234`. */
  origin: string;
  /** Refuses every connection until the returned function takes them again. */
  goDown(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/**
 * Serves pages on a free port of this machine.
 *
 * @param answer a handler of Web-standard requests, as in `app.fetch` of Hono
 * @example
 * await using site = await serveSite((request) => new Response(`You asked for ${request.url}`));
 */
export async function serveSite(
  answer: (request: Request) => Response | Promise<Response>,
): Promise<Site> {
  const server = createAdaptorServer({ fetch: answer, hostname: "localhost" });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => server.listen(port, "localhost", resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    // browsers keep connections open
    if ("closeAllConnections" in server) server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const goDown = async (): Promise<() => Promise<void>> => {
    await close();
    return () => listen(port);
  };
  return { origin: `http://localhost:${port}`, goDown, close, [Symbol.asyncDispose]: close };
}
