import type { CollectMessage } from "@headcount/core/contract";
import type { Outbox } from "./create-outbox.ts";
import { type Post, postMessages } from "./post-messages.ts";

/** What the contract allows in one body. */
const maxMessages = 50;
const firstRetryMs = 5_000;
const maxRetryMs = 300_000;

export interface Sender {
  /** Sends all that nobody has confirmed, when some of it is not on its way already; resolves when that is answered. */
  send(): Promise<void>;
  /** Sends once the running task is over: what happens together travels together. */
  sendSoon(): void;
  /** Takes back what `sendSoon` and failures have planned. */
  stop(): void;
}

interface SenderOptions extends Pick<Post, "endpoint" | "credentials"> {
  outbox: Outbox;
  isOn: () => boolean;
}

export function createSender({ outbox, isOn, ...target }: SenderOptions): Sender {
  const onTheirWay = new Set<CollectMessage>();
  let underWay: Promise<void> = Promise.resolve();
  let failures = 0;
  let planned: ReturnType<typeof setTimeout> | undefined;

  async function send(): Promise<void> {
    stop();
    const messages = outbox.messages().slice(0, maxMessages);
    if (!isOn()) return;
    if (messages.every((message) => onTheirWay.has(message))) {
      await underWay;
      return;
    }
    // A total travels with its view as long as nobody has confirmed that: requests may overtake each other.
    for (const message of messages) onTheirWay.add(message);
    const posting = postMessages({ ...target, messages });
    const before = underWay;
    underWay = posting.then(() => before);
    const arrived = await posting;
    for (const message of messages) onTheirWay.delete(message);
    failures = arrived ? 0 : failures + 1;
    if (arrived) outbox.remove(messages);
    if (arrived && messages.length === maxMessages) await send();
    else if (!arrived && isOn()) planned ??= plan(retryMs(failures));
  }

  const plan = (ms: number): ReturnType<typeof setTimeout> => setTimeout(() => void send(), ms);

  function stop(): void {
    clearTimeout(planned);
    planned = undefined;
  }

  function sendSoon(): void {
    stop();
    planned = plan(0);
  }

  return { send, sendSoon, stop };
}

function retryMs(failures: number): number {
  const wait = Math.min(firstRetryMs * 2 ** (failures - 1), maxRetryMs);
  return wait * (0.5 + Math.random() / 2);
}
