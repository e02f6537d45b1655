import { AnalyticsError } from "../errors.ts";

interface QueryStringToRead {
  query: unknown;
  /** Fields that are numbers; in a query string they are digits. */
  numbers?: readonly string[];
  /** Fields that are true or false. */
  booleans?: readonly string[];
  /** Fields that are lists, which a query string cannot have and a body of JSON can. */
  lists?: readonly string[];
}

/**
 * The fields of a query string, as URLSearchParams or as the object that an HTTP framework makes of it, with the types
 * they have in a query: an empty field is an absent one, except that an empty `entity_id` is null, since a query
 * string has no other way to say it. What is neither is left as it is, for the schema to refuse.
 *
 * @throws {AnalyticsError} `invalid_input` when a field is given more than once
 */
export function readQueryString({ query, lists = [], ...types }: QueryStringToRead): unknown {
  if (typeof query !== "object" || query === null || Array.isArray(query)) return query;
  const fields = Object.create(null) as Record<string, unknown>;
  for (const [field, value] of query instanceof URLSearchParams ? query : Object.entries(query)) {
    if ((Array.isArray(value) && !lists.includes(field)) || field in fields) {
      throw new AnalyticsError("invalid_input", `${field} is given more than once: give it once.`, {
        field,
      });
    }
    if (value === "" && field === "entity_id") fields[field] = null;
    else if (value === "" || value === undefined) continue;
    else fields[field] = readValue(field, value, types);
  }
  return fields;
}

function readValue(
  field: string,
  value: unknown,
  { numbers = [], booleans = [] }: Pick<QueryStringToRead, "numbers" | "booleans">,
): unknown {
  if (numbers.includes(field)) return readNumber(value);
  return booleans.includes(field) ? readBoolean(value) : value;
}

function readNumber(value: unknown): unknown {
  return typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value;
}

function readBoolean(value: unknown): unknown {
  if (value === "true") return true;
  return value === "false" ? false : value;
}
