import type { Entity, Question } from "./question.ts";

/** A question with the name that results are kept under. */
export interface NamedQuestion {
  name: string;
  question: Question;
}

interface Asked {
  entity: Entity;
  /** The last date that has page views; questions look back from it. */
  date_to: string;
}

const periods = [
  { unit: "day", points: "365 daily points" },
  { unit: "week", points: "53 weekly points" },
  { unit: "month", points: "13 monthly points" },
] as const;

/** What everybody is asked about an entity. */
export function readQuestions(asked: Asked): NamedQuestion[] {
  return [...seriesQuestions(asked), ...rangeQuestions(asked), ...visitorsQuestions(asked)];
}

function seriesQuestions({ entity, date_to }: Asked): NamedQuestion[] {
  const range = { entity, date_from: daysBefore(date_to, 364), date_to };
  return periods.flatMap(({ unit, points }) =>
    [false, true].map((with_totals) => ({
      name: with_totals ? `${points} with totals` : points,
      question: { kind: "series", ...range, unit, with_totals },
    })),
  );
}

function rangeQuestions({ entity, date_to }: Asked): NamedQuestion[] {
  const last = daysBefore(date_to, 42);
  return [301, 100, 17].map((days) => ({
    name: `uniques of an odd range, ${days} days`,
    question: { kind: "range", entity, date_from: daysBefore(last, days - 1), date_to: last },
  }));
}

function visitorsQuestions({ entity, date_to }: Asked): NamedQuestion[] {
  const top = { kind: "visitors", entity, limit: 100, visits_limit: 5 } as const;
  return [
    { name: "top 100 visitors, all time", question: { ...top, dates: null } },
    ...[30, 90, 180, 365].map((days) => ({
      name: `top 100 visitors, ${days} days`,
      question: { ...top, dates: { date_from: daysBefore(date_to, days - 1), date_to } },
    })),
  ];
}

/** What an owner asks of a page; `many` are other pages, of which a list is asked. */
export function ownerQuestions({
  entity,
  date_to,
  many,
}: Asked & { many: readonly Entity[] }): NamedQuestion[] {
  const days = (count: number) => ({ date_from: daysBefore(date_to, count - 1), date_to });
  const one = { entities: [entity] };
  return [
    {
      name: "182 days against those before",
      question: { kind: "comparison", ...one, ...days(182) },
    },
    {
      name: "rolling visitors, 365 days",
      question: { kind: "rolling visitors", ...one, ...days(365) },
    },
    { name: "hour by weekday, 365 days", question: { kind: "heat map", ...one, ...days(365) } },
    ...[30, 365].map(
      (count): NamedQuestion => ({
        name: `top 20 sources, ${count} days`,
        question: { kind: "sources", ...one, ...days(count) },
      }),
    ),
    {
      name: "accounts by company, 365 days",
      question: { kind: "companies", ...one, ...days(365) },
    },
    {
      name: "top 20 entities of its type, 30 days",
      question: { kind: "top entities", ...one, ...days(30) },
    },
    { name: "who is there now", question: { kind: "live", ...one, ...days(1) } },
    { name: "digest of a month", question: { kind: "digest", ...one, ...monthBefore(date_to) } },
    { name: "a whole page, 30 days", question: { kind: "page", ...one, ...days(30) } },
    {
      name: `totals of ${many.length} typical entities, 30 days`,
      question: { kind: "entity totals", entities: many, ...days(30) },
    },
    {
      name: `totals of ${many.length} typical entities against those before`,
      question: { kind: "compared totals", entities: many, ...days(30) },
    },
    {
      name: `totals of ${many.length} typical entities, all time`,
      question: { kind: "totals of all time", entities: many, ...days(30) },
    },
    {
      name: `who is there now, at ${many.length} typical entities`,
      question: { kind: "live", entities: many, ...days(1) },
    },
  ];
}

// The last month that is over: of what was loaded, all of it is there.
function monthBefore(date: string): { date_from: string; date_to: string } {
  const date_to = daysBefore(`${date.slice(0, "YYYY-MM".length)}-01`, 1);
  return { date_from: `${date_to.slice(0, "YYYY-MM".length)}-01`, date_to };
}

/** The date so many days before another. */
export function daysBefore(date: string, days: number): string {
  return new Date(Date.parse(date) - days * 86_400_000).toISOString().slice(0, 10);
}
