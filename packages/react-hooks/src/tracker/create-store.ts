/** Keeps JSON values under keys. */
export interface Store {
  read(key: string): unknown;
  write(key: string, value: unknown): void;
  erase(key: string): void;
}

/**
 * A store in localStorage, which all tabs share; in memory when asked, or as soon as the browser refuses localStorage.
 *
 * It touches the storage only when it is used, so that making one needs no consent.
 */
export function createStore(persist: boolean): Store {
  const memory = new Map<string, string>();
  let shared = persist;

  function either<Result>(inStorage: () => Result, inMemory: () => Result): Result {
    if (shared) {
      try {
        return inStorage();
      } catch {
        shared = false;
      }
    }
    return inMemory();
  }

  return {
    read: (key) =>
      parse(
        either(
          () => localStorage.getItem(key),
          () => memory.get(key),
        ),
      ),
    write(key, value) {
      const text = JSON.stringify(value);
      either<unknown>(
        () => localStorage.setItem(key, text),
        () => memory.set(key, text),
      );
    },
    erase(key) {
      memory.delete(key);
      either(
        () => localStorage.removeItem(key),
        () => undefined,
      );
    },
  };
}

// What another program left under our key is as good as nothing.
function parse(text: string | null | undefined): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}
