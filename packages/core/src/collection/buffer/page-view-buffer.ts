import * as z from "zod/mini";
import { type CallOptions, checkCallOptions } from "../../call-options.ts";
import type { CollectResult } from "../../contract/collect.ts";
import type { RefusalCode } from "../../contract/collect-refusal.ts";
import { parseInput } from "../../contract/parse-input.ts";
import { wholeNumber } from "../../contract/whole-number.ts";
import { explainFailure } from "../../database/explain-failure.ts";
import type { AnalyticsError } from "../../errors.ts";
import { type Collection, count } from "../collection.ts";
import { validateRecordCall } from "../record-times-on-page.ts";
import type { PageViewRow } from "../storage/page-view-row.ts";
import type { TimeRow } from "../storage/record-times.ts";
import type { TrackOptions } from "../track-options.ts";
import { validateTrackCall } from "../track-page-views.ts";
import type { PageView } from "../validation/page-view.ts";
import type { TimeOnPage } from "../validation/time-on-page.ts";
import { sortByIndex, type Validated } from "../validation/validated.ts";
import { WriteQueue } from "./write-queue.ts";

const bufferOptions = z.strictObject({
  maxRows: z._default(wholeNumber({ from: 1, to: 10_000 }), 500),
  maxWaitMs: z._default(wholeNumber({ from: 0, to: 60_000 }), 1000),
  maxPending: z._default(wholeNumber({ from: 1, to: 1_000_000 }), 10_000),
  onError: z.optional(
    z.custom<(error: AnalyticsError) => void>((value) => typeof value === "function", {
      error: "give a function",
    }),
  ),
});

/** How much a buffer holds, and for how long. */
export interface PageViewBufferOptions {
  /**
   * How many views and times one statement writes.
   * @default 500
   */
  maxRows?: number | undefined;
  /**
   * How long something waits for others to be written with, in milliseconds.
   * @default 1000
   */
  maxWaitMs?: number | undefined;
  /**
   * How many views and times are held; what comes then is refused with code `buffer_full`.
   * @default 10_000
   */
  maxPending?: number | undefined;
  /**
   * Called with every write that failed; it is tried again after a pause that grows from 0.1 to 10 s. What it throws ends the
   * write: the next comes with the next view, and a `flush()` that waits rejects with it.
   */
  onError?: ((error: AnalyticsError) => void) | undefined;
}

/** How much is in a buffer, and what became of the rest. */
export interface PageViewBufferCounts {
  pending: number;
  written: number;
  refused: number;
  retries: number;
}

type Pending = { view: PageViewRow } | { time: TimeRow };

/**
 * Page views and times on page that are held in memory and written together; made by
 * {@link AnalyticsClient.createPageViewBuffer}. What it accepted and has not written is lost when the process is killed.
 */
export class PageViewBuffer implements AsyncDisposable {
  readonly #collection: Collection;
  readonly #queue: WriteQueue<Pending>;
  #written = 0;
  #refused = 0;

  /** @internal */
  constructor(collection: Collection, options: PageViewBufferOptions) {
    const parsed = parseInput({ schema: bufferOptions, input: options, name: "options object" });
    this.#collection = collection;
    this.#queue = new WriteQueue({
      ...parsed,
      onError: parsed.onError,
      write: (batch) => this.#write(batch),
    });
  }

  /** How much is held, was written and was refused, and how many writes failed and were tried again. */
  get counts(): PageViewBufferCounts {
    const { pending, retries } = this.#queue;
    return { pending, written: this.#written, refused: this.#refused, retries };
  }

  /**
   * Takes page views to be written, as far as there is room.
   *
   * @throws {AnalyticsError} `closed` when the buffer is, and like {@link AnalyticsClient.trackPageViews}
   */
  async trackPageViews(
    views: readonly PageView[],
    options: TrackOptions = {},
  ): Promise<CollectResult> {
    const collection = this.#collection;
    const work = validateTrackCall({ collection, views, options });
    const { connection } = collection;
    return this.takeViews(await explainFailure({ work, connection, role: "collects" }));
  }

  /**
   * Takes times on page to be written after the views before them, as far as there is room.
   *
   * @throws {AnalyticsError} `closed` when the buffer is, and `invalid_input` unless `times` is an array of up to 10,000
   */
  async recordTimesOnPage(
    times: readonly TimeOnPage[],
    options: CallOptions = {},
  ): Promise<CollectResult> {
    return this.takeTimes(validateRecordCall({ collection: this.#collection, times, options }));
  }

  /** @internal */
  takeViews(views: Validated<PageViewRow>): CollectResult {
    return this.#take(views, (view) => ({ view }));
  }

  /** @internal */
  takeTimes(times: Validated<TimeRow>): CollectResult {
    return this.#take(times, (time) => ({ time }));
  }

  /** Ends when everything that was taken before this call is written. Aborting ends the waiting. */
  flush(options: CallOptions = {}): Promise<void> {
    return this.#queue.flush(checkCallOptions(options));
  }

  /**
   * Takes nothing more, and ends when everything is written. Aborting gives up on what is not.
   *
   * @throws {AnalyticsError} `aborted`, with how much was not stored
   */
  close(options: CallOptions = {}): Promise<void> {
    return this.#queue.close(checkCallOptions(options));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #take<Row>(rows: Validated<Row>, toPending: (row: Row) => Pending): CollectResult {
    const taken = this.#queue.add(rows.valid.map(({ value }) => toPending(value)));
    const leftOver = rows.valid.slice(taken).map(({ index }) => ({ index, ...bufferFull }));
    const refused = sortByIndex([...rows.refused, ...leftOver]);
    this.#count({ accepted: 0, refused });
    return { accepted: taken, refused };
  }

  #write(batch: readonly Pending[]): Promise<void> {
    const { connection } = this.#collection;
    return explainFailure({ work: this.#store(batch), connection, role: "collects" });
  }

  async #store(batch: readonly Pending[]): Promise<void> {
    const { table } = this.#collection;
    const rows = batch.flatMap((item) => ("view" in item ? [item.view] : []));
    const times = batch.flatMap((item) => ("time" in item ? [item.time] : []));
    const broken = await table.insertPageViews({ rows });
    const found = await table.recordTimes({ times });
    const unknown = times.filter(({ page_view_id }) => !found.has(page_view_id));
    const refused = [
      ...broken.map(() => ({ code: "refused_by_table" }) as const),
      ...unknown.map(() => ({ code: "unknown_page_view" }) as const),
    ];
    this.#count({ accepted: batch.length - refused.length, refused });
  }

  #count(result: { accepted: number; refused: readonly { code: RefusalCode }[] }): void {
    this.#written += result.accepted;
    this.#refused += result.refused.length;
    count(this.#collection.counts, result);
  }
}

const bufferFull = {
  code: "buffer_full",
  message: "The buffer is full: send it again later.",
} as const;
