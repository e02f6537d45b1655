import { migrate } from "@headcount/migrations";
import { Pool } from "pg";
import { expect, test } from "vitest";
import { createTestDatabase } from "../../../testing/test-database.ts";
import { AnalyticsClient } from "./analytics-client.ts";

const schema = "headcount";

// Everything of ours has a namesake that is found first, and so have the operators that a careless comparison would use.
const hostile = `
  create schema hostile;
  create function hostile.wrong(text, text) returns boolean language sql immutable return false;
  create function hostile.wrong(uuid, uuid) returns boolean language sql immutable return false;
  create operator hostile.= (leftarg = text, rightarg = text, function = hostile.wrong);
  create operator hostile.= (leftarg = uuid, rightarg = uuid, function = hostile.wrong);
  create function hostile.now() returns timestamptz language sql immutable return timestamptz '1999-01-01 00:00+00';
  create function hostile.count(text) returns bigint language sql immutable return 666;
  create function hostile.lower(text) returns text language sql immutable return 'hostile';
  create function hostile.date_trunc(text, timestamp) returns timestamp language sql immutable return timestamp '1999-01-01';
  create function hostile.sum(integer) returns bigint language sql immutable return 666`;
const namesakes = `
  do $$
  declare
    v_object record;
  begin
    for v_object in select relname from pg_class where relnamespace = 'headcount'::regnamespace and relkind in ('r', 'v') loop
      execute format('create table hostile.%I (like headcount.%I)', v_object.relname, v_object.relname);
    end loop;
    for v_object in
      select p.proname, pg_get_function_identity_arguments(p.oid) as arguments
      from pg_proc p where p.pronamespace = 'headcount'::regnamespace and p.prokind = 'f' and p.proretset is false
        and p.prorettype <> 'trigger'::regtype and pg_get_function_identity_arguments(p.oid) not like '%OUT %'
    loop
      execute format('create function hostile.%I(%s) returns text language sql return ''hostile''', v_object.proname, v_object.arguments);
    end loop;
  end
  $$`;

// Postgres looks into pg_catalog first, unless a search_path names it later: what the database does holds even then.
test.for(["hostile,public,headcount", "hostile,pg_catalog,public,headcount"])(
  "with search_path %s, namesakes of ours and of Postgres's change nothing",
  async (path) => {
    await using database = await createTestDatabase("hostile");
    const { pool } = database;
    await pool.query(hostile);
    await pool.query(`create table public.page_views (
    id bigint generated always as identity, entity_type text, entity_id uuid, account_id uuid, session_id uuid,
    viewed_at timestamptz, time_on_page int)`);
    const url = new URL(database.url);
    url.searchParams.set("options", `-c search_path=${path}`);
    await using stack = new AsyncDisposableStack();
    const attacked = new Pool({ connectionString: url.href });
    // its last connections may still be closing when the database is dropped
    attacked.on("error", () => undefined);
    stack.defer(() => attacked.end());
    await migrate({ pool: attacked, schema, pageViews: "public.page_views" });
    await pool.query(namesakes);

    const analytics = new AnalyticsClient({ pool: attacked, schema });
    const fair = new AnalyticsClient({ pool, schema });
    await attacked.query(addViews);
    expect(await analytics.aggregate()).toMatchObject({ folded_changes: 60 });
    await attacked.query(
      "update public.page_views set time_on_page = 9 where id OPERATOR(pg_catalog.<) 10",
    );
    for (const period of ["hourly", "daily", "weekly", "monthly"] as const) {
      const query = { ...entity, ...range, period };
      expect(await seriesOf(analytics, query)).toEqual(await seriesOf(fair, query));
    }
    for (const question of [entity, { ...entity, ...range }, { ...entity, search: "a" }]) {
      const { data } = await analytics.getVisitors(question);
      expect(data).toEqual((await fair.getVisitors(question)).data);
    }
    await analytics.rebuild(range);
    expect(await analytics.getStatus()).toMatchObject({ capture: { on: true, faults: [] } });
    for (const client of [analytics, fair]) {
      expect(await client.verify()).toMatchObject({ page_views: 60, differences: 0, entities: 1 });
    }
  },
);

const entity = { entity_type: "listing", entity_id: "e1671797-c52e-15f7-8380-b45e841ec324" };
const range = { date_from: "2026-03-02", date_to: "2026-03-17" };
const addViews = `
  insert into public.page_views (entity_type, entity_id, account_id, session_id, viewed_at, time_on_page)
  select 'listing', '${entity.entity_id}',
    case when n OPERATOR(pg_catalog.%) 3 OPERATOR(pg_catalog.=) 0 then md5('a')::uuid end, md5(n::text)::uuid,
    timestamptz '2026-03-01 10:00Z' OPERATOR(pg_catalog.+) make_interval(hours => 7 OPERATOR(pg_catalog.*) n), 5
  from generate_series(1, 60) n`;

async function seriesOf(
  client: AnalyticsClient,
  query: Parameters<AnalyticsClient["getTimeSeries"]>[0],
): Promise<object> {
  const { data, totals } = await client.getTimeSeries(query);
  return { data, totals };
}
