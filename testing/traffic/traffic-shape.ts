export const trafficShapes = ["public-listing", "tracked-listing", "team-app"] as const;

/**
 * Who comes back, and by what they are known: in a `public-listing`, 93 % of an entity's visitors come once and a quarter are accounts; a
 * `tracked-listing` is viewed by the same people as our tracker sends it: a session is one visit, and four fifths of the strangers have
 * a visitor_id; in a `team-app`, four fifths are accounts, and an entity's visitors come on five days in the mean.
 */
export type TrafficShape = (typeof trafficShapes)[number];

/** What decides who views what, in SQL. */
export interface ShapeSql {
  /** How many visitors so many page views have in all. */
  visitors: (size: number) => number;
  /** The row whose draws pick entity and visitor of `row_number`: another one when they go on with its visit. */
  drawnBy: string;
  /** What is viewed by who was drawn viewing `drawn_entity`. */
  entity: string;
  /** The number of the visitor, from `drawn_entity` and `loyalty`, at least 0 and below 1. */
  visitor: string;
  isAccount: string;
  /** The session of a stranger: from the visitor and the day. */
  strangersSession: string;
  /** What is known of the browser, over sessions; without it, nothing is. */
  visitorId?: string;
}

/** The session of one visit: of everybody's day. */
export const sessionOfVisit = "md5('session ' || visitor || ' ' || day)::uuid";
const sessionOfBrowser = "md5('session ' || visitor)::uuid";

/** A fraction, at least 0 and below 1, from a hash of the row's number: one for each choice. */
export function draw(choice: number, row = "row_number"): string {
  return `(((hashint8extended(${row}, $4::bigint * 16 + ${choice}) >> 11) & 9007199254740991) / 9007199254740992::float8)`;
}

// With 1.5 as the exponent of loyalty a few come hundreds of times and most of them once or a few times; the big
// entity's come from 52.5 % of all, which gives it 0.54 visitors per view at every size.
const publicListing: ShapeSql = {
  visitors: (size) => Math.round(size * 0.15),
  drawnBy: "row_number",
  entity: "drawn_entity",
  visitor: "floor($6::bigint * loyalty * case when drawn_entity = 0 then 0.525 else 1 end)::bigint",
  isAccount: "visitor % 4 = 0",
  strangersSession: sessionOfBrowser,
};

const trackedListing: ShapeSql = {
  ...publicListing,
  strangersSession: sessionOfVisit,
  visitorId: "case when visitor % 5 <> 0 then md5('browser ' || visitor)::uuid end",
};

const viewsOfEntity = `$3::bigint * case
      when drawn_entity = 0 then 0.1
      else 0.9 * ln(1 + 1 / drawn_entity::float8) / ln($5::float8)
    end`;

// Each entity has an audience of its own, of one visitor for every 6 views; that of two neighbours is nearly the same.
// A quarter of the views go on with the visit before, half of them at the neighbour: sessions cross entities.
const teamApp: ShapeSql = {
  visitors: (size) => Math.min(50_000, Math.round(size / 20)),
  drawnBy: `case when row_number % 2 = 0 and ${draw(5)} < 0.5 then row_number - 1 else row_number end`,
  entity: `case
      when drawn_by < row_number and drawn_entity > 1 and ${draw(6)} < 0.5 then drawn_entity # 1
      else drawn_entity
    end`,
  visitor: `((drawn_entity / 2) * 7919
      + floor(least($6::float8, greatest(1, ${viewsOfEntity} / 6)) * loyalty)::bigint) % $6::bigint`,
  isAccount: "visitor % 5 <> 0",
  strangersSession: sessionOfBrowser,
};

export const shapeSql: Readonly<Record<TrafficShape, ShapeSql>> = {
  "public-listing": publicListing,
  "tracked-listing": trackedListing,
  "team-app": teamApp,
};
