import { type ClientBase, escapeIdentifier } from "pg";
import {
  draw,
  type ShapeSql,
  sessionOfVisit,
  shapeSql,
  type TrafficShape,
} from "./traffic-shape.ts";

export interface LoadPageViewsOptions {
  /** @default "public" */
  schema?: string;
  /** The table, with ids of type uuid, and a visitor_id where the shape has some. @default "page_views" */
  pageViews?: string;
  /** How many page views the data set has, for example 10_000_000. */
  size: number;
  /** Numbers of the first and the last page view to load: past `size`, time goes on. @default 1 and `size` */
  rows?: { first: number; last: number };
  /** @default "public-listing" */
  shape?: TrafficShape;
  /** Whether the table has source_no: then one of 200 numbers, as the referrer is. @default false */
  withSources?: boolean;
  /** @default 1 */
  seed?: number;
  /** Called with the number of page views written so far. */
  onProgress?: (written: number) => void;
}

/** What was loaded: what there is to ask about. */
export interface LoadedPageViews {
  /** A tenth of all views; of a public listing, by 0.54 visitors per view. */
  bigEntity: { entity_type: string; entity_id: string };
  /** Between the other two: as many times smaller than the big one as it is bigger than the typical one. */
  middleEntity: { entity_type: string; entity_id: string };
  /** About 200 views, whatever the size. */
  typicalEntity: { entity_type: string; entity_id: string };
  /** First and last date in UTC, `YYYY-MM-DD`: 400 days. */
  date_from: string;
  date_to: string;
}

const firstDay = "2025-01-01";
const days = 400;
const sliceSize = 20_000;
const typicalViews = 200;

/**
 * Loads the data set of the benchmarks, in order of time. Of 10 M page views, one of 50 k entities is big and the
 * others follow Zipf's law; a public listing has 1.5 M visitors, a team app at most 50 k. Other sizes have the same
 * proportions. The same size, shape and seed give the same rows, ids included.
 *
 * Postgres makes the rows itself, from hashes of their numbers, a slice at a time.
 */
export async function loadPageViews(
  client: ClientBase,
  options: LoadPageViewsOptions,
): Promise<LoadedPageViews> {
  const { schema = "public", pageViews = "page_views", size, seed = 1, onProgress } = options;
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new RangeError(`size must be a whole number of page views, at least 1, and is ${size}.`);
  }
  const { first, last } = options.rows ?? { first: 1, last: size };
  const shape = shapeSql[options.shape ?? "public-listing"];
  const entities = Math.max(2, Math.round(size / typicalViews));
  const visitors = Math.max(2, shape.visitors(size));
  const table = `${escapeIdentifier(schema)}.${escapeIdentifier(pageViews)}`;
  const insert = insertSlice({ table, shape, withSources: options.withSources ?? false });

  for (let start = first; start <= last; start += sliceSize) {
    const end = Math.min(start + sliceSize - 1, last);
    await client.query(insert, [start, end, size, seed, entities, visitors]);
    onProgress?.(end - first + 1);
  }
  return describeLoaded(client, { size, entities });
}

interface SliceToInsert {
  table: string;
  shape: ShapeSql;
  withSources: boolean;
}

// Time runs a little faster by night and at weekends, so that there are more rows by day and in the week.
const insertSlice = ({ table, shape, withSources }: SliceToInsert): string => `
  with rows as materialized (
    select row_number, ${shape.drawnBy} as drawn_by
    from generate_series($1::bigint, $2::bigint) as row_number
  ), drawn as materialized (
    select
      row_number,
      drawn_by,
      ${days} * (row_number - 0.5) / $3::bigint as day,
      case
        when ${draw(0, "drawn_by")} < 0.1 then 0
        else floor(exp(${draw(1, "drawn_by")} * ln($5::float8)))::bigint
      end as drawn_entity,
      ${draw(2, "drawn_by")} ^ 1.5 as loyalty,
      ${draw(3)} as for_time,
      ${draw(4)} as for_referrer
    from rows
  ), numbered as materialized (
    select
      row_number, for_time, for_referrer,
      ${shape.entity} as entity,
      floor(day)::integer as day,
      ${shape.visitor} as visitor,
      date_trunc('milliseconds', timestamptz '${firstDay} 00:00+00' + interval '1 day' * (
        day - 0.6 / (2 * pi()) * sin(2 * pi() * day) - 0.3 * 7 / (2 * pi()) * sin(2 * pi() * day * 57 / ${days})
      )) as viewed_at
    from drawn
  ), identified as (
    select *, ${shape.isAccount} as is_account from numbered
  )
  insert into ${table} (
    id, entity_type, entity_id, account_id, session_id, ${shape.visitorId === undefined ? "" : "visitor_id, "}viewed_at, referrer_url, time_on_page${withSources ? ", source_no" : ""}
  )
  select
    -- as pageViewId has it
    ('00000000-0000-7000-8000-' || lpad(to_hex(row_number), 12, '0'))::uuid,
    ${entityType("entity")},
    ${entityId("entity")},
    case when is_account then md5('account ' || visitor)::uuid end,
    case when is_account then ${sessionOfVisit} else ${shape.strangersSession} end,
    ${shape.visitorId === undefined ? "" : `case when not is_account then ${shape.visitorId} end,`}
    viewed_at,
    case
      when for_referrer < 0.30 then 'https://www.google.com/'
      when for_referrer < 0.38 then 'https://duckduckgo.com/'
      when for_referrer < 0.44 then 'https://www.reddit.com/r/all/'
      when for_referrer < 0.50 then 'https://news.example.org/' || floor(for_referrer * 1e4)
    end,
    case when for_time < 0.6 then least(1 + floor(-60 * ln(1 - for_time / 0.6)), 1800)::integer end
    ${withSources ? sourceNumber : ""}
  from identified`;

const sourceNumber = `,
    case
      when for_referrer < 0.30 then 1
      when for_referrer < 0.38 then 2
      when for_referrer < 0.44 then 3
      when for_referrer < 0.50 then 4 + floor((for_referrer - 0.44) / 0.06 * 196)::integer
      else 200
    end`;

function entityType(number: string): string {
  return `(array['listing', 'profile', 'article'])[1 + (${number}) % 3]`;
}

function entityId(number: string): string {
  return `md5('entity ' || (${number}))::uuid`;
}

/** The id of the page view of this number: in order of time, as ids of version 7 are. */
export function pageViewId(number: number): string {
  return `00000000-0000-7000-8000-${number.toString(16).padStart(12, "0")}`;
}

async function describeLoaded(
  client: ClientBase,
  { size, entities }: { size: number; entities: number },
): Promise<LoadedPageViews> {
  // the entity of rank k has a share of about 1 / (k ln entities) of what the big one leaves
  const ranked = (views: number): number => {
    const rank = Math.round((0.9 * size) / (views * Math.log(entities)));
    return Math.min(Math.max(1, rank), entities - 1);
  };
  const numbers = [0, ranked(Math.sqrt((size / 10) * typicalViews)), ranked(typicalViews)];
  const { rows } = await client.query<{ entity_type: string; entity_id: string }>(
    `select ${entityType("number")} as entity_type, ${entityId("number")} as entity_id
     from unnest($1::bigint[]) with ordinality as entity (number, position)
     order by position`,
    [numbers],
  );
  const [bigEntity, middleEntity, typicalEntity] = rows;
  if (bigEntity === undefined || middleEntity === undefined || typicalEntity === undefined) {
    throw new Error("Postgres named no entities.");
  }
  const date_to = new Date(Date.parse(firstDay) + (days - 1) * 86_400_000).toISOString();
  return {
    bigEntity,
    middleEntity,
    typicalEntity,
    date_from: firstDay,
    date_to: date_to.slice(0, 10),
  };
}
