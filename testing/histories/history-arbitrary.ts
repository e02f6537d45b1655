import { periods, visitorKinds, visitorSorts } from "@headcount/core/contract";
import * as fc from "fast-check";
import { breakdownCommand } from "./breakdown-command.ts";
import type {
  Command,
  History,
  Level,
  NewView,
  Person,
  Question,
  RowEdit,
  Selection,
} from "./history.ts";
import type { Installation } from "./installation.ts";

// Distances from local midnight in seconds: around it, around every change of clocks, and across a day.
const hour = 3600;
const momentsOfDay = [
  -1 * hour,
  -1860,
  -60,
  -1,
  -0.000001,
  0,
  0.000001,
  30,
  59,
  60,
  1799,
  1800,
  hour - 1,
  hour,
  5400,
  2 * hour - 1,
  2 * hour,
  2 * hour + 1800,
  3 * hour,
  4 * hour,
  12 * hour,
  23 * hour + 1800,
  24 * hour - 1,
];

const allEntities = [
  { entity_type: "article", entity: 0 },
  { entity_type: "article", entity: 1 },
  { entity_type: "article", entity: null },
  { entity_type: "listing", entity: 0 },
];

const levels: readonly Level[] = ["owner", "type", "site"];

/** What one history is about: few entities, dates and moments, so that everything collides with everything. */
interface Scope {
  entities: Pick<NewView, "entity_type" | "entity">[];
  dates: string[];
  moments: number[];
}

/** Histories of an installation, with questions to ask of them. */
export function historyArbitrary({ dates }: Installation): fc.Arbitrary<History> {
  const scope = fc.record({
    entities: fc.subarray(allEntities, { minLength: 1 }),
    dates: fc.subarray([...dates], { minLength: 1, maxLength: 4 }),
    // so few in half of them that most views share their instant with another
    moments: fc
      .constantFrom(2, 8)
      .chain((most) => fc.subarray(momentsOfDay, { minLength: 1, maxLength: most })),
  });
  return scope.chain((chosen) =>
    fc.record({
      levels: fc.subarray([...levels]),
      breakdowns: fc.subarray(chosen.entities),
      commands: fc.array(commandArbitrary(chosen), { minLength: 1, maxLength: 30, size: "max" }),
      questions: fc.array(questionArbitrary(chosen), { minLength: 1, maxLength: 3 }),
    }),
  );
}

function questionArbitrary({ entities, dates }: Scope): fc.Arbitrary<Question> {
  const date = fc
    .tuple(fc.constantFrom(...dates), fc.constantFrom(0, 0, 0, 1, -1, 3, -3))
    .map(([day, shift]) => addDays(day, shift));
  return fc
    .record({
      entity: fc.constantFrom(...entities),
      range: fc.tuple(date, date),
      period: fc.constantFrom(...periods),
      kind: fc.option(fc.constantFrom(...visitorKinds), { nil: undefined }),
      sort: fc.constantFrom(...visitorSorts),
      limit: fc.integer({ min: 1, max: 4 }),
      level: fc.constantFrom(...levels),
      owner: fc.nat(2),
      compared: fc.record({ range: fc.tuple(date, date), today: date, hour: fc.nat(23) }),
    })
    .map(({ entity, range, kind, compared: { range: other, ...now }, ...rest }) => {
      const [date_from = "", last = ""] = range.toSorted();
      // a year of hours takes the oracle too long
      const farthest = addDays(date_from, 3);
      const date_to = rest.period === "hourly" && last > farthest ? farthest : last;
      const [from = "", end = ""] = other.toSorted();
      const to = rest.period === "hourly" && end > addDays(from, 3) ? addDays(from, 3) : end;
      const compared = { date_from: from, date_to: to, ...now };
      return { ...entity, ...rest, ...(kind && { kind }), date_from, date_to, compared };
    });
}

function monthAfter(date: string, months: number): string {
  const [year = 0, month = 1] = date.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10);
}

function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
}

function commandArbitrary({ entities, dates, moments }: Scope): fc.Arbitrary<Command> {
  const date = fc.constantFrom(...dates);
  const seconds = fc.constantFrom(...moments);
  // two that see everything, and some that may come once
  const someSession = fc.constantFrom(0, 0, 1, 1, 2, 3, 4, 5);
  const session = fc.option(someSession, { freq: 4 });
  const account = fc.option(fc.nat(1), { freq: 2 });
  // of the same numbers as accounts and sessions
  const visitor = fc.option(fc.nat(3), { freq: 2 });
  const owner = fc.option(fc.nat(2), { freq: 4 });
  const level = fc.constantFrom(...levels);
  const entity = fc.constantFrom(...entities);
  const person: fc.Arbitrary<Person> = fc.record({
    of: fc.constantFrom("account", "session", "visitor"),
    number: fc.nat(2),
  });
  const timeOnPage = fc.option(fc.constantFrom(-5, 0, 9, 10, 2_000_000_000), { freq: 2 });
  const selection: fc.Arbitrary<Selection> = fc.record({
    every: fc.constantFrom(1, 2, 2, 3, 3, 7, 100),
    offset: fc.nat(99),
  });
  const view: fc.Arbitrary<NewView> = fc
    .tuple(
      entity,
      fc.record({ account, session, visitor, owner, date, seconds, time_on_page: timeOnPage }),
    )
    .map(([viewed, rest]) => ({ ...viewed, ...rest }));
  const views = fc.array(view, { minLength: 1, maxLength: 8 });
  const copies = fc
    .tuple(view, fc.integer({ min: 2, max: 3 }))
    .map(([one, n]) => Array(n).fill(one) as NewView[]);
  const rowEdit: fc.Arbitrary<RowEdit> = fc.oneof(
    { weight: 1, arbitrary: fc.constant<RowEdit>({ remove: true }) },
    {
      weight: 6,
      arbitrary: fc.record(
        {
          viewed: entity,
          account,
          session,
          visitor,
          owner,
          time_on_page: timeOnPage,
          later: fc.constantFrom(-86_400, -3600, 1, 86_400),
        },
        { requiredKeys: [] },
      ),
    },
  );
  const kind = <Kind extends Command["kind"]>(name: Kind): fc.Arbitrary<Kind> => fc.constant(name);

  return fc.oneof(
    { weight: 12, arbitrary: fc.record({ kind: kind("add"), views: fc.oneof(views, copies) }) },
    { weight: 2, arbitrary: fc.record({ kind: kind("add"), views: view.map((one) => [one]) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: kind("add, edited by a row trigger"),
        views: fc.oneof(views, copies),
        edits: fc.array(rowEdit, { minLength: 1, maxLength: 3 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: kind("add and remove in one transaction"), views, selection }),
    },
    { weight: 1, arbitrary: fc.record({ kind: kind("add and roll back"), views }) },
    { weight: 2, arbitrary: fc.record({ kind: kind("add or replace"), view, selection }) },
    {
      weight: 3,
      arbitrary: fc.record({ kind: kind("set time on page"), selection, time_on_page: timeOnPage }),
    },
    { weight: 3, arbitrary: fc.record({ kind: kind("move in time"), selection, date, seconds }) },
    {
      weight: 2,
      arbitrary: fc
        .record({ kind: kind("move to entity"), selection, entity })
        .map(({ entity: target, ...rest }) => ({ ...rest, ...target })),
    },
    { weight: 2, arbitrary: fc.record({ kind: kind("move to session"), selection, session }) },
    { weight: 2, arbitrary: fc.record({ kind: kind("move to visitor"), selection, visitor }) },
    { weight: 2, arbitrary: fc.record({ kind: kind("move to owner"), selection, owner }) },
    { weight: 4, arbitrary: fc.record({ kind: kind("log in"), session: someSession, account }) },
    { weight: 1, arbitrary: fc.record({ kind: kind("edit what does not count"), selection }) },
    { weight: 4, arbitrary: fc.record({ kind: kind("remove"), selection }) },
    {
      weight: 8,
      arbitrary: fc.record({ kind: kind("fold"), limit: fc.integer({ min: 1, max: 50 }) }),
    },
    {
      // as several folders do: what one slot hands on may lie in its queue for long
      weight: 8,
      arbitrary: fc.record({
        kind: kind("fold slots"),
        slots: fc.integer({ min: 1, max: 12 }),
        limit: fc.integer({ min: 1, max: 12 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: kind("fold everything"), limit: fc.constantFrom(3, 20_000) }),
    },
    {
      weight: 3,
      arbitrary: fc
        .record({
          kind: kind("rebuild"),
          range: fc.tuple(fc.option(date, { freq: 2 }), fc.option(date, { freq: 2 })),
          step_limit: fc.option(fc.constantFrom(1, 2, 5, 20)),
        })
        .map(({ range: [a, b], ...rest }) => {
          const backwards = a !== null && b !== null && a > b;
          return { ...rest, from: backwards ? b : a, to: backwards ? a : b };
        }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: kind("read history in"),
        step_limit: fc.constantFrom(1, 3, 20, 100_000),
        selection,
        views,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: kind("add level"),
        level,
        step_limit: fc.constantFrom(1, 3, 100_000),
        selection,
        views,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: kind("remove level"),
        level,
        step_limit: fc.constantFrom(1, 100_000),
      }),
    },
    { weight: 14, arbitrary: breakdownCommand({ entity, selection }) },
    { weight: 2, arbitrary: fc.record({ kind: kind("erase"), person }) },
    { weight: 3, arbitrary: fc.record({ kind: kind("anonymise"), person }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: kind("forget"),
        who: fc.constantFrom("anonymous", "anonymous", "account", "all"),
        before: date.map((last) => addDays(last, 1)),
      }),
    },
    {
      weight: 1,
      arbitrary: entity.map((erased) => ({ kind: "erase entity" as const, ...erased })),
    },
    {
      weight: 3,
      arbitrary: fc.tuple(date, fc.constantFrom(0, 0, 1)).map(([within, months]) => ({
        kind: "prune" as const,
        before: monthAfter(within, months),
      })),
    },
    { weight: 2, arbitrary: fc.record({ kind: kind("compare") }) },
    { weight: 1, arbitrary: fc.record({ kind: kind("truncate") }) },
  );
}
