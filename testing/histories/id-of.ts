import type { IdType } from "../oracle/create-installed-database.ts";

// The same few for accounts and sessions, so that a session can be mistaken for an account.
const texts = ["", "Zoë|1", "NULL"];

/** The id of a type that a number of a history stands for. */
export function idOf(type: IdType, number: number | null): string | null {
  if (number === null) return null;
  if (type === "text") return texts[number] ?? String(number);
  if (type === "bigint") return String(9 * number - 1);
  return `00000000-0000-4000-8000-00000000000${number}`;
}
