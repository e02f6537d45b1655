import type { CollectMessage } from "@headcount/core/contract";

/** Browsers refuse a request that outlives its page when it has more than 64 KiB. */
const maxKeptLength = 60_000;
const timeoutMs = 10_000;
/** Up to this age, in milliseconds, the server's clock knows better than this device's when a view was. */
const nowMs = 10_000;

export interface Post {
  endpoint: string;
  credentials: RequestCredentials;
  messages: CollectMessage[];
}

/** Posts messages so that they outlive the page; returns whether they need not be sent again. */
export async function postMessages({ endpoint, credentials, messages }: Post): Promise<boolean> {
  try {
    const body = JSON.stringify({ messages: messages.map(forWire) });
    const type = "application/json";
    if (document.visibilityState === "hidden" && !("keepalive" in Request.prototype)) {
      navigator.sendBeacon(endpoint, new Blob([body], { type }));
      return false;
    }
    const { status } = await fetch(endpoint, {
      method: "POST",
      headers: { "content-type": type },
      body,
      credentials,
      keepalive: body.length < maxKeptLength,
      signal: AbortSignal.timeout(timeoutMs),
    });
    // what the host refuses now it refuses again
    return status < 500 && status !== 408 && status !== 429;
  } catch {
    return false;
  }
}

function forWire(message: CollectMessage): CollectMessage {
  if (message.type !== "page_view") return message;
  const { viewed_at, ...rest } = message;
  const isNow = Date.now() - Date.parse(viewed_at ?? "") < nowMs;
  return isNow ? rest : message;
}
