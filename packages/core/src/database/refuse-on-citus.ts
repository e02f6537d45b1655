import { AnalyticsError } from "../errors.ts";
import { onlyOnOnePostgresSentence } from "./explain-failure.ts";
import type { Installation } from "./installation.ts";

/**
 * @param instead a sentence that says why, and what to do
 * @throws {AnalyticsError} `not_on_citus` where page views are spread over several servers
 */
export function refuseOnCitus(
  { distributed }: Pick<Installation, "distributed">,
  instead: string,
): void {
  if (distributed)
    throw new AnalyticsError("not_on_citus", `${onlyOnOnePostgresSentence} ${instead}`);
}
