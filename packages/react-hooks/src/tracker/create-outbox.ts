import type { CollectMessage } from "@headcount/core/contract";
import type { Store } from "./create-store.ts";

const maxMessages = 100;
/** A view that could not be reported for so long, in milliseconds, would be counted on the wrong date. */
const maxWaitMs = 24 * 3_600_000;

/**
 * Messages that nobody has confirmed yet.
 *
 * It holds the newest total of each view behind the view itself, and at most 100 messages: the oldest ones are dropped.
 */
export interface Outbox {
  put(message: CollectMessage): void;
  messages(): CollectMessage[];
  /** Forgets messages that arrived. */
  remove(messages: CollectMessage[]): void;
  /** Leaves a copy for the next page, which sends it again in case this one cannot: that never counts twice. */
  save(): void;
  /** Holds what pages have left, and nothing that another one has sent or erased since. */
  load(): void;
  clear(): void;
}

export function createOutbox(store: Store, key: string): Outbox {
  let own: CollectMessage[] = [];

  const saved = (): CollectMessage[] => {
    const value = store.read(key);
    return Array.isArray(value) ? value.filter(isMessage) : [];
  };
  const write = (messages: CollectMessage[]): void =>
    messages.length > 0 ? store.write(key, messages) : store.erase(key);

  return {
    put(message) {
      own = merge(own, [message]);
    },
    messages: () => own,
    remove(messages) {
      const arrived = new Set(messages.map((message) => JSON.stringify(message)));
      const isLeft = (message: CollectMessage): boolean => !arrived.has(JSON.stringify(message));
      own = own.filter(isLeft);
      const before = saved();
      const after = before.filter(isLeft);
      if (after.length < before.length) write(after);
    },
    save: () => write(merge(saved(), own)),
    load() {
      own = merge(saved(), []);
    },
    clear() {
      own = [];
      store.erase(key);
    },
  };
}

type MessagesOfView = Partial<Record<CollectMessage["type"], CollectMessage>>;

function merge(older: CollectMessage[], newer: CollectMessage[]): CollectMessage[] {
  const views = new Map<string, MessagesOfView>();
  for (const message of [...older, ...newer]) {
    const id = message.type === "page_view" ? message.id : message.page_view_id;
    const view = views.get(id) ?? {};
    views.set(id, view);
    // totals only grow: a tab may still hold one that another tab has replaced
    if (secondsOf(view[message.type]) <= secondsOf(message)) view[message.type] = message;
  }
  return [...views.values()]
    .flatMap((view) => Object.values(view))
    .filter(isRecent)
    .slice(-maxMessages);
}

const secondsOf = (message?: Partial<CollectMessage & { seconds: number }>): number =>
  message?.seconds ?? 0;

const isMessage = (value: Partial<CollectMessage> | null): value is CollectMessage =>
  value?.type !== undefined;

const isRecent = (message: CollectMessage): boolean =>
  message.type !== "page_view" || Date.now() - Date.parse(message.viewed_at ?? "") < maxWaitMs;
