import { connect } from "node:net";

/** What a server, or a pooler before it, gave to a connection at its start, and where it is. */
export interface CancelKey {
  /** A folder when it begins with a slash: that of a Unix socket. */
  host: string;
  port: number;
  processId: number;
  secretKey: number;
}

const cancelRequestCode = 80_877_102;
const timeoutMs = 2000;

/**
 * Asks the server to end what that connection does, by the wire protocol's cancel request: on a connection of its own, without
 * a login. A pooler hands it on to the server that works for the connection now, which `pg_cancel_backend` cannot name.
 */
export async function sendCancelRequest({
  host,
  port,
  processId,
  secretKey,
}: CancelKey): Promise<void> {
  const socket = host.startsWith("/")
    ? connect({ path: `${host}/.s.PGSQL.${port}` })
    : connect({ host, port });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // the server answers nothing, and closes the connection when it has passed the request on
  socket.once("close", () => resolve());
  socket.once("error", reject);
  socket.setTimeout(timeoutMs, () => socket.destroy());
  const request = Buffer.alloc(16);
  for (const [index, word] of [request.length, cancelRequestCode, processId, secretKey].entries()) {
    request.writeInt32BE(word, index * 4);
  }
  socket.write(request);
  socket.resume();
  await promise;
}
