import { beforeEach, expect, test, vi } from "vitest";
import { AnalyticsError } from "../../errors.ts";
import { WriteQueue, type WriteQueueOptions } from "./write-queue.ts";

const failure = new AnalyticsError("database", "The database could not be reached.");

let written: number[][];

beforeEach(() => {
  written = [];
});

function queueWith(options: Partial<WriteQueueOptions<number>> = {}): WriteQueue<number> {
  const write = async (batch: readonly number[]): Promise<void> => {
    written.push([...batch]);
  };
  const defaults = { write, maxRows: 3, maxWaitMs: 60_000, maxPending: 5, onError: undefined };
  return new WriteQueue({ ...defaults, ...options });
}

/** Fails so many times, then writes. */
function failing(times: number): (batch: readonly number[]) => Promise<void> {
  let left = times;
  return async (batch) => {
    left -= 1;
    if (left >= 0) throw failure;
    written.push([...batch]);
  };
}

test("a full batch is written at once, and the rest with it", async () => {
  const queue = queueWith();
  expect(queue.add([1, 2])).toBe(2);
  expect(queue.pending).toBe(2);
  queue.add([3, 4]);
  await vi.waitUntil(() => queue.pending === 0, { timeout: 5_000 });
  expect(written).toEqual([[1, 2, 3], [4]]);
});

test("what is alone is written when it has waited", async () => {
  const queue = queueWith({ maxWaitMs: 1 });
  queue.add([1]);
  await vi.waitUntil(() => queue.pending === 0, { timeout: 5_000 });
  expect(written).toEqual([[1]]);
});

test("what there is no room for is not taken", async () => {
  const queue = queueWith({ write: failing(Number.POSITIVE_INFINITY) });
  expect(queue.add([1, 2, 3, 4])).toBe(4);
  expect(queue.add([5, 6])).toBe(1);
  expect(queue.add([7])).toBe(0);
  expect(queue.pending).toBe(5);
  const closed = queue.close({ signal: AbortSignal.abort() });
  await expect(closed).rejects.toMatchObject({ code: "aborted" });
});

test("a write that fails is repeated, in order and nothing twice", async () => {
  const errors: unknown[] = [];
  const queue = queueWith({ write: failing(3), onError: (error) => errors.push(error) });
  queue.add([1, 2, 3, 4]);
  await queue.flush();
  expect(written).toEqual([[1, 2, 3], [4]]);
  expect(queue.retries).toBe(3);
  expect(errors).toEqual([failure, failure, failure]);
});

test("a flush ends when what came before it is written, whatever comes then", async () => {
  const queue = queueWith();
  queue.add([1, 2]);
  await queue.flush();
  expect(written).toEqual([[1, 2]]);
  await queue.flush();
  expect(written).toHaveLength(1);
});

test("what comes just when a write ends is written as well", async () => {
  const queue = queueWith({ maxRows: 1 });
  for (let ticks = 0; ticks < 12; ticks += 1) {
    queue.add([ticks]);
    await queue.flush();
    for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();
    queue.add([-ticks]);
    await vi.waitUntil(() => queue.pending === 0, { timeout: 5_000 });
  }
  expect(written).toHaveLength(24);
});

test("what onError throws ends the write, and the next flush tries again", async () => {
  const mistake = new Error("onError is wrong");
  const onError = vi.fn<() => void>(() => {
    throw mistake;
  });
  const queue = queueWith({ write: failing(1), onError });
  queue.add([1]);
  await expect(queue.flush()).rejects.toBe(mistake);
  await queue.flush();
  expect(written).toEqual([[1]]);
});

test("a caller who aborts a flush stops waiting, and nothing is lost", async () => {
  const queue = queueWith({ write: failing(1) });
  queue.add([1]);
  const flushed = queue.flush({ signal: AbortSignal.abort() });
  await expect(flushed).rejects.toMatchObject({ code: "aborted" });
  await queue.flush();
  expect(written).toEqual([[1]]);
});

test("closing writes what there is, and takes nothing more", async () => {
  const queue = queueWith({ write: failing(1) });
  queue.add([1, 2]);
  const closed = queue.close();
  expect(() => queue.add([3])).toThrow(/^This buffer is closed/);
  await closed;
  expect(written).toEqual([[1, 2]]);
  await queue.close();
});

test("giving up while closing says how much is lost, and ends the retries", async () => {
  const controller = new AbortController();
  const onError = vi.fn<() => void>(() => controller.abort());
  const queue = queueWith({ write: failing(Number.POSITIVE_INFINITY), onError });
  queue.add([1, 2]);
  const refused = { code: "aborted", message: expect.stringMatching(/^2 page views and times/) };
  await expect(queue.close({ signal: controller.signal })).rejects.toMatchObject(refused);
  await expect(queue.flush()).rejects.toMatchObject({ code: "aborted" });
  expect(queue.pending).toBe(2);
});

test("what can never be written is not tried for ever", async () => {
  const closedClient = new AnalyticsError("closed", "This client is closed.");
  const queue = queueWith({ write: () => Promise.reject(closedClient) });
  queue.add([1]);
  await expect(queue.flush()).rejects.toBe(closedClient);
  expect(queue.pending).toBe(1);
});
