import { AnalyticsError } from "../errors.ts";
import { canonicalId } from "./canonical-id.ts";
import type { IdType } from "./installation.ts";

interface IdToCheck {
  field: string;
  id: string;
  type: IdType;
}

/**
 * An id of the host's as the database writes it.
 *
 * @throws {AnalyticsError} `invalid_input` when it is not of the type that this installation has
 */
export function checkId({ field, id, type }: IdToCheck): string {
  const canonical = canonicalId({ type, id });
  if (canonical !== undefined) return canonical;
  throw new AnalyticsError(
    "invalid_input",
    `${field} is ${JSON.stringify(id)}: give a ${type}, the type of such ids here.`,
    { field },
  );
}
