import { pause } from "../../database/pause.ts";
import { untilAborted } from "../../database/until-aborted.ts";
import { AnalyticsError, isAnalyticsError } from "../../errors.ts";

const minRetryMs = 100;
const maxRetryMs = 10_000;

export interface WriteQueueOptions<Item> {
  /** Writes a batch; may be called again with the same one when it failed. */
  write: (batch: readonly Item[]) => Promise<void>;
  maxRows: number;
  maxWaitMs: number;
  maxPending: number;
  onError: ((error: AnalyticsError) => void) | undefined;
}

interface Waiter {
  target: number;
  resolve: () => void;
  reject: (reason: unknown) => void;
}

interface GivingUp {
  signal?: AbortSignal | undefined;
}

/** Items in memory, written in batches and in order by one writer, and kept until that succeeds. */
export class WriteQueue<Item> {
  readonly #options: WriteQueueOptions<Item>;
  readonly #stopped = new AbortController();
  readonly #items: Item[] = [];
  #waiters: Waiter[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isWriting = false;
  #isClosed = false;
  #added = 0;
  #settled = 0;
  #retries = 0;

  constructor(options: WriteQueueOptions<Item>) {
    this.#options = options;
  }

  /** How many items are not written yet. */
  get pending(): number {
    return this.#items.length;
  }

  /** How many writes failed and were tried again. */
  get retries(): number {
    return this.#retries;
  }

  /** Takes as many items as there is room for, from the first on, and says how many these are. */
  add(items: readonly Item[]): number {
    if (this.#isClosed) throw closed();
    const taken = items.slice(0, Math.max(0, this.#options.maxPending - this.pending));
    this.#items.push(...taken);
    this.#added += taken.length;
    if (this.pending >= this.#options.maxRows) this.#start();
    else if (taken.length > 0)
      this.#timer ??= setTimeout(() => this.#start(), this.#options.maxWaitMs);
    return taken.length;
  }

  /** Ends when everything that was added before is written. */
  flush({ signal }: GivingUp = {}): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (this.#settled === this.#added) resolve();
    else this.#waiters.push({ target: this.#added, resolve, reject });
    this.#start();
    return untilAborted({ work: promise, signal });
  }

  /** Takes nothing more, and ends when everything is written, or with an error that says how much is not. */
  async close({ signal }: GivingUp = {}): Promise<void> {
    this.#isClosed = true;
    try {
      await this.flush({ signal });
    } catch (error) {
      if (!isAnalyticsError(error)) throw error;
      const message = `${this.pending} page views and times on page in the buffer were not stored. ${error.message}`;
      throw new AnalyticsError(error.code, message, { cause: error });
    } finally {
      this.#stopped.abort();
    }
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#isWriting) void this.#writeAll();
  }

  // Ends and stops writing in one step: what is added in between would not be written.
  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    try {
      while (this.pending > 0) await this.#writeBatch();
    } catch (error) {
      const waiters = this.#waiters;
      this.#waiters = [];
      for (const { reject } of waiters) reject(error);
    } finally {
      this.#isWriting = false;
    }
  }

  async #writeBatch(): Promise<void> {
    const batch = this.#items.slice(0, this.#options.maxRows);
    await this.#writeWithRetries(batch);
    this.#items.splice(0, batch.length);
    this.#settled += batch.length;
    const isDone = ({ target }: Waiter) => target <= this.#settled;
    for (const { resolve } of this.#waiters.filter(isDone)) resolve();
    this.#waiters = this.#waiters.filter((waiter) => !isDone(waiter));
  }

  async #writeWithRetries(batch: readonly Item[]): Promise<void> {
    for (let maxPauseMs = minRetryMs; ; maxPauseMs = Math.min(maxPauseMs * 2, maxRetryMs)) {
      try {
        return await this.#options.write(batch);
      } catch (error) {
        if (!isAnalyticsError(error)) throw error;
        this.#options.onError?.(error);
        // A client that was closed stays closed, and what is wrong stays wrong.
        if (error.code === "closed" || error.code === "invalid_input") throw error;
        this.#retries += 1;
        await pause({
          milliseconds: maxPauseMs * (0.5 + Math.random() / 2),
          signal: this.#stopped.signal,
        });
      }
    }
  }
}

function closed(): AnalyticsError {
  return new AnalyticsError("closed", "This buffer is closed: make a new one.");
}
