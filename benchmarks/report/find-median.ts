import type { ContenderName } from "../contenders/contender.ts";
import type { EntityName, Measurement } from "../results/measurement.ts";
import type { RunResults } from "../results/run-results.ts";

/** Which cells of the results. */
export interface CellQuery {
  part: Measurement["part"];
  /** The very words, or what they match. */
  question: string | RegExp;
  entity?: EntityName;
  /** @default "headcount" */
  contender?: ContenderName;
}

/** The cells of one contender that were measured. */
export function findCells(
  { measurements }: Pick<RunResults, "measurements">,
  { part, question, entity, contender = "headcount" }: CellQuery,
): Measurement[] {
  return measurements.filter(
    (cell) =>
      cell.part === part &&
      cell.contender === contender &&
      cell.spread !== null &&
      (entity === undefined || cell.entity === entity) &&
      (typeof question === "string" ? cell.question === question : question.test(cell.question)),
  );
}

/** The highest of their medians; undefined when there is none. */
export function highestMedian(results: RunResults, query: CellQuery): number | undefined {
  const medians = findCells(results, query).flatMap(({ spread }) => spread?.median ?? []);
  return medians.length === 0 ? undefined : Math.max(...medians);
}

/** The lowest of their medians; undefined when there is none. */
export function lowestMedian(results: RunResults, query: CellQuery): number | undefined {
  const medians = findCells(results, query).flatMap(({ spread }) => spread?.median ?? []);
  return medians.length === 0 ? undefined : Math.min(...medians);
}
