import { attempt } from "./attempt.ts";

/** Keeps JSON values under keys. */
export interface Store {
  read(key: string): unknown;
  write(key: string, value: unknown): void;
  erase(key: string): void;
}

/**
 * A store in localStorage, which all tabs share; in memory when asked, and for what the browser refuses to store.
 *
 * It touches the storage only when it is used, so that making one needs no consent.
 */
export function createStore(persist: boolean): Store {
  const memory = new Map<string, string>();
  const shared = <Result>(act: (storage: Storage) => Result): Result | undefined =>
    persist ? attempt(() => act(localStorage)) : undefined;

  return {
    read(key) {
      const text = memory.get(key) ?? shared((storage) => storage.getItem(key)) ?? "null";
      // what another program left under our key is as good as nothing
      return attempt(() => JSON.parse(text) as unknown);
    },
    write(key, value) {
      const text = JSON.stringify(value);
      const isStored = shared((storage) => {
        storage.setItem(key, text);
        return true;
      });
      if (isStored) memory.delete(key);
      else memory.set(key, text);
    },
    erase(key) {
      memory.delete(key);
      shared((storage) => storage.removeItem(key));
    },
  };
}
