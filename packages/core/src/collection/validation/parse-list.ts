import * as z from "zod/mini";
import { refusalSentence } from "../../contract/collect-refusal.ts";
import { AnalyticsError } from "../../errors.ts";
import type { Validated } from "./validated.ts";

const maxItems = 10_000;

interface ListToParse<Schema extends z.core.$ZodType> {
  field: "views" | "times";
  list: readonly unknown[];
  schema: Schema;
  /** What one of them is called. */
  name: "page view" | "time on page";
}

/**
 * Reads what a host gave, one by one: what cannot be read is refused and does not spoil the rest.
 *
 * @throws {AnalyticsError} `invalid_input` unless it is an array of up to 10,000
 */
export function parseList<Schema extends z.core.$ZodType>({
  field,
  list,
  schema,
  name,
}: ListToParse<Schema>): Validated<z.output<Schema>> {
  if (!Array.isArray(list) || list.length > maxItems) {
    const given = Array.isArray(list) ? `an array of ${list.length}` : `of type ${typeof list}`;
    throw new AnalyticsError(
      "invalid_input",
      `${field} is ${given}: give an array of up to ${maxItems}, each a ${name}.`,
      { field },
    );
  }
  const result: Validated<z.output<Schema>> = { valid: [], refused: [] };
  for (const [index, input] of list.entries()) {
    const { success, data, error } = z.safeParse(schema, input);
    if (success) result.valid.push({ index, value: data });
    else {
      const message = refusalSentence({ issues: error.issues, input, name });
      result.refused.push({ index, code: "invalid_input", message });
    }
  }
  return result;
}
