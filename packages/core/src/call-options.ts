import * as z from "zod/mini";
import { parseInput } from "./contract/parse-input.ts";
import { hasMethods } from "./has-methods.ts";

/** What every call takes besides what it is about. */
export interface CallOptions {
  /** Aborting cancels the statement on the server; the call then fails with code `aborted`. */
  signal?: AbortSignal | undefined;
}

/** A signal, which every call takes. */
export const signalOption = z.optional(
  z.custom<AbortSignal>((value) => hasMethods(value, ["addEventListener", "throwIfAborted"]), {
    error: "give an AbortSignal",
  }),
);

const callOptions = z.strictObject({ signal: signalOption });

/**
 * The options of a call, when they can be used.
 *
 * @throws {AnalyticsError} `invalid_input`
 */
export function checkCallOptions(options: CallOptions): CallOptions {
  return parseInput({ schema: callOptions, input: options, name: "options object" });
}
