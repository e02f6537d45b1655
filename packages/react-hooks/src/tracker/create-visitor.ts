import type { Store } from "./create-store.ts";
import { createUuid } from "./create-uuid.ts";

const key = "headcount:visitor";
const maxDays = 395;
const dayMs = 86_400_000;

/** This browser, over sessions, for as long as the host wants to know it. */
export interface BrowserVisitor {
  /** Its id; null when it has none that still lasts. */
  known(): string | null;
  /** Its id, a new one when it has none; undefined when the host wants none. */
  id(): string | undefined;
  erase(): void;
}

interface StoredVisitor {
  id: string;
  made_at: number;
}

export function createVisitor(store: Store, days: number): BrowserVisitor {
  const lastsMs = Math.min(days, maxDays) * dayMs;

  // from when it was made: to come back does not prolong it
  function known(): string | null {
    const { id, made_at } = (store.read(key) ?? {}) as Partial<StoredVisitor>;
    const lasts = typeof id === "string" && Math.abs(Date.now() - Number(made_at)) < lastsMs;
    return lasts ? id : null;
  }

  function make(): string {
    const id = createUuid();
    store.write(key, { id, made_at: Date.now() } satisfies StoredVisitor);
    return id;
  }

  return {
    known,
    id: () => (lastsMs > 0 ? (known() ?? make()) : undefined),
    erase: () => store.erase(key),
  };
}
