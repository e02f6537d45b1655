import type { Store } from "./create-store.ts";
import { createUuid } from "./create-uuid.ts";

/** After so much inactivity, in milliseconds, the next view belongs to a new session. */
export const inactivityMs: number = 30 * 60_000;

const key = "headcount:session";

/** The session of this browser, which all tabs share. */
export interface Session {
  /** The session's id; null when there is none that is still active. */
  active(): string | null;
  /** The session's id, of a new session when there is none that is still active. */
  id(): string;
  /** Keeps the session active. */
  touch(): void;
  /** Takes it from all tabs. */
  erase(): void;
  /** Whether another tab has erased the session that this one had. */
  isErased(): boolean;
  /** Whether this is how another tab erases the session. */
  isErasedBy(event: StorageEvent): boolean;
  /** Forgets that there was one. */
  leave(): void;
}

interface StoredSession {
  id: string;
  seen_at: number;
}

export function createSession(store: Store): Session {
  let isKept = false;

  // read each time, because another tab may have begun a session or forgotten it
  function active(): string | null {
    const { id, seen_at } = (store.read(key) ?? {}) as Partial<StoredSession>;
    const isActive =
      typeof id === "string" && Math.abs(Date.now() - Number(seen_at)) < inactivityMs;
    return isActive ? id : null;
  }

  function keep(id: string): string {
    isKept = true;
    store.write(key, { id, seen_at: Date.now() } satisfies StoredSession);
    return id;
  }

  return {
    active,
    id: () => keep(active() ?? createUuid()),
    touch() {
      const id = active();
      if (id !== null) keep(id);
    },
    erase: () => store.erase(key),
    isErased: () => isKept && !store.read(key),
    isErasedBy: (event) => event.key === key && event.newValue === null,
    leave() {
      isKept = false;
    },
  };
}
