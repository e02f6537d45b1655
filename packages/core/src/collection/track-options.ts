import * as z from "zod/mini";
import { type CallOptions, signalOption } from "../call-options.ts";
import { parseInput } from "../contract/parse-input.ts";
import type { VisitorRequest } from "./validation/visitor-request.ts";

/** What the views of one call have in common. */
export interface TrackOptions extends CallOptions {
  /** Of the request that the views came with: what the filters look at, and where the user agent is from. */
  headers?: VisitorRequest["headers"];
  /** Where the request came from; kept when `storeIpAddress` says so, and dropped when it is not an address. */
  ip_address?: string | undefined;
}

/** The fields of {@link TrackOptions}, for options that extend them. */
export const trackFields = {
  headers: z.optional(
    z.custom<VisitorRequest["headers"]>((value) => typeof value === "object" && value !== null, {
      error: "give Headers, or an object of headers",
    }),
  ),
  ip_address: z.optional(z.string({ error: "give an address as text" })),
  signal: signalOption,
};

const trackOptions = z.strictObject(trackFields);

/** @throws {AnalyticsError} `invalid_input` */
export function parseTrackOptions(options: TrackOptions): TrackOptions {
  return parseInput({ schema: trackOptions, input: options, name: "options object" });
}
