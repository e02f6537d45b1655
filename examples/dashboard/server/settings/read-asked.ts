import { AnalyticsError, type ForgettableKind, forgettableKinds } from "@headcount/core/contract";
import type { Context } from "hono";

/** The fields of a body of JSON, whatever they are; none when there is no such body. */
export async function readBody(c: Context): Promise<Partial<Record<string, unknown>>> {
  const body: unknown = await c.req.json().catch(() => undefined);
  return Object(body) as Partial<Record<string, unknown>>;
}

/** @throws {AnalyticsError} `invalid_input` when it is not a number of days that pruning accepts */
export function readKeepDays(given: unknown): number {
  return readDays({ field: "keep_days", given, fewest: 35 });
}

/** @throws {AnalyticsError} `invalid_input` when it is not a number of days that forgetting accepts */
export function readInactiveDays(given: unknown): number {
  return readDays({ field: "inactive_days", given, fewest: 7 });
}

/** @throws {AnalyticsError} `invalid_input` when it is not said: nobody is forgotten by leaving something out */
export function readKind(given: unknown): ForgettableKind {
  const kind = forgettableKinds.find((one) => one === given);
  if (kind !== undefined) return kind;
  throw refusal("kind", given, `give one of ${forgettableKinds.join(", ")}`);
}

/** @throws {AnalyticsError} `invalid_input` when it is no text */
export function readAccountId(given: unknown): string {
  if (typeof given === "string") return given;
  throw refusal("account_id", given, "give the id of an account");
}

/** @throws {AnalyticsError} `invalid_input` when it is not said: nobody is erased by leaving something out */
export function readKeepCounts(given: unknown): boolean {
  if (typeof given === "boolean") return given;
  throw refusal("keep_counts", given, "give true to keep the numbers, or false");
}

function readDays({ field, given, fewest }: DaysToRead): number {
  const days = Number(given);
  if (Number.isInteger(days) && days >= fewest && days <= 36_500) return days;
  throw refusal(field, given, `give a whole number of days, ${fewest} to 36,500`);
}

interface DaysToRead {
  field: string;
  given: unknown;
  fewest: number;
}

function refusal(field: string, given: unknown, allowed: string): AnalyticsError {
  const message = `${field} is ${JSON.stringify(given) ?? "missing"}: ${allowed}.`;
  return new AnalyticsError("invalid_input", message, { field });
}
