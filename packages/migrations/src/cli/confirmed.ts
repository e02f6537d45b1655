import type { VerbContext } from "./define-verb.ts";
import { UsageError } from "./usage-error.ts";

interface Question {
  /** What it would do: one or more sentences. */
  planned: string;
  /** The verb. */
  verb: string;
  /** What is said when the answer is no. */
  refused: string;
}

/**
 * Whether the person at the terminal wants what cannot be undone.
 *
 * @throws {UsageError} when nobody can be asked
 */
export async function confirmed(
  { confirm, note }: Pick<VerbContext, "confirm" | "note">,
  { planned, verb, refused }: Question,
): Promise<boolean> {
  if (confirm === undefined) {
    throw new UsageError(`Nobody can be asked here: give --yes to ${verb}, or --dry-run.`);
  }
  const yes = await confirm(`${planned} It cannot be undone. Go on?`);
  if (!yes) note(refused);
  return yes;
}
