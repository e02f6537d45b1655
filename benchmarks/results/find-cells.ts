import type { ContenderName } from "./contender-names.ts";
import type { EntityName, Measurement } from "./measurement.ts";
import type { RunResults } from "./run-results.ts";

/** Which cells of the results. */
export interface CellQuery {
  part: Measurement["part"];
  /** The very words, or what they match. */
  question: string | RegExp;
  entity?: EntityName | undefined;
  /** @default "headcount" */
  contender?: ContenderName;
}

/** A cell that was measured. */
export type MeasuredCell = Measurement & { spread: NonNullable<Measurement["spread"]> };

/** The cells of one contender that were measured. */
export function findCells(
  { measurements }: Pick<RunResults, "measurements">,
  { part, question, entity, contender = "headcount" }: CellQuery,
): MeasuredCell[] {
  return measurements.filter(
    (cell): cell is MeasuredCell =>
      cell.part === part &&
      cell.contender === contender &&
      cell.spread !== null &&
      (entity === undefined || cell.entity === entity) &&
      (typeof question === "string" ? cell.question === question : question.test(cell.question)),
  );
}

/** The highest of their medians; undefined when there is none. */
export function highestMedian(results: RunResults, query: CellQuery): number | undefined {
  return findCells(results, query)
    .map(({ spread }) => spread.median)
    .toSorted((a, b) => b - a)[0];
}
