import type { Contender } from "./contender.ts";

/** A contender with its version, or why it does not take part. */
export type Participation = { contender: Contender; version: string } | { reason: string };
