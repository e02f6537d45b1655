import { AnalyticsError } from "../errors.ts";

const mostItems = 10_000;

interface ListToCheck {
  field: "views" | "times";
  list: readonly unknown[];
  /** What it is a list of. */
  name: "page views" | "times on page";
}

/** @throws {AnalyticsError} `invalid_input` unless it is an array, and not an endless one */
export function checkList({ field, list, name }: ListToCheck): void {
  if (Array.isArray(list) && list.length <= mostItems) return;
  const given = Array.isArray(list) ? `an array of ${list.length}` : `of type ${typeof list}`;
  throw new AnalyticsError(
    "invalid_input",
    `${field} is ${given}: give an array of up to ${mostItems} ${name}.`,
    { field },
  );
}
