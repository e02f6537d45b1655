import * as z from "zod/mini";
import { calendarDate, type DateRange, rangeInOrder } from "./calendar-date.ts";
import {
  type Level,
  type Subject,
  type SubjectQuery,
  subjectFields,
  subjectRules,
} from "./subject.ts";

/** A question about a subject and a range. */
export const subjectRangeQuery = z
  .strictObject({
    ...subjectFields,
    date_from: z.optional(calendarDate),
    date_to: z.optional(calendarDate),
  })
  .check(rangeInOrder, ...subjectRules);

/** What was viewed, and when. */
export type SubjectRangeQuery = SubjectQuery & DateRange;

/** A {@link SubjectRangeQuery} after parsing. */
export type ParsedSubjectRangeQuery<Allowed extends Level = "entity"> = Subject<Allowed> &
  DateRange;
