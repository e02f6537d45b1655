-- The keys by which rows are found. An index has the same expressions: PostgreSQL inlines these functions, so that the
-- index is used. They can never change without it.

-- Which number stands for an entity? Two entities may share one.
create or replace function :schema.entity_hash(p_entity_type text, p_entity_id :entity_id_type) returns bigint
language sql immutable parallel safe
begin atomic
  select :entity_id_hash(p_entity_id, hashtextextended(p_entity_type, 0));
end;

-- Which number stands for a visitor of an entity? The entity's is the upper half.
create or replace function :schema.pair_key(
  p_entity_type text, p_entity_id :entity_id_type, p_visitor_id :visitor_id_type
) returns bigint
language sql immutable parallel safe
begin atomic
  select (:entity_id_hash(p_entity_id, hashtextextended(p_entity_type, 0)) << 32) | (:visitor_id_hash(p_visitor_id, 0) & 4294967295);
end;

-- Which number stands for what happened to an entity on the UTC date of an instant?
create or replace function :schema.entity_day_key(p_entity_type text, p_entity_id :entity_id_type, p_instant timestamptz)
returns bigint
language sql immutable parallel safe
begin atomic
  select (:entity_id_hash(p_entity_id, hashtextextended(p_entity_type, 0)) << 32)
    | ((p_instant at time zone 'UTC')::date - date '0001-01-01')::bigint;
end;

-- In which of the eight slots are the changes of an entity?
create or replace function :schema.entity_slot(p_entity_type text, p_entity_id :entity_id_type) returns smallint
language sql immutable parallel safe
begin atomic
  select (:entity_id_hash(p_entity_id, hashtextextended(p_entity_type, 0)) & 7)::smallint;
end;

-- What of an account, a visitor_id or a session is the visitor of a view? NULL when nobody is known.
create or replace function :schema.visitor_kind(
  p_account_id :account_id_type, p_session_id :session_id_type, p_visitor_id :session_id_type
) returns "char"
language sql immutable parallel safe
begin atomic
  select case
    when p_account_id is not null then 'a'::"char"
    when p_visitor_id is not null then 'v'::"char"
    when p_session_id is not null then 's'::"char"
  end;
end;

create or replace function :schema.visitor_of(
  p_account_id :account_id_type, p_session_id :session_id_type, p_visitor_id :session_id_type
) returns :visitor_id_type
language sql immutable parallel safe
begin atomic
  select coalesce(p_account_id:::visitor_id_type, p_visitor_id:::visitor_id_type, p_session_id:::visitor_id_type);
end;

-- Which id has the row of this date or hour in analytics_aggregates? It follows from the key, and is stored nowhere.
create or replace function :schema.aggregate_id(p_entity_type text, p_entity_id :entity_id_type, p_date date, p_hour smallint)
returns uuid
language sql immutable parallel safe
begin atomic
  select md5(
    length(p_entity_type)::text || ' ' || p_entity_type || ' ' || (p_date - date '2000-01-01')::text || ' '
      || coalesce(p_hour::text, '') || ' ' || p_entity_id::text
  )::uuid;
end;

-- How many seconds on the page count? What is below zero or more than an integer holds is not known.
create or replace function :schema.counted_time(p_time_on_page bigint) returns integer
language sql immutable parallel safe
begin atomic
  select case when p_time_on_page between 0 and 2147483647 then p_time_on_page::integer end;
end;

-- Why can a view not be counted? NULL when it can. Every key has room for ids of together so many bytes; infinity has no date.
create or replace function :schema.why_left_out(
  p_entity_type text, p_entity_id :entity_id_type, p_account_id :account_id_type, p_session_id :session_id_type,
  p_visitor_id :session_id_type, p_viewed_at timestamptz
) returns "char"
language sql immutable parallel safe
begin atomic
  select case
    when p_entity_type is null then 'e'::"char"
    when :schema.is_group_type(p_entity_type) then 'r'::"char"
    when p_viewed_at is null
      or p_viewed_at < timestamptz '0001-01-02 00:00:00+00' or p_viewed_at >= timestamptz '9999-12-31 00:00:00+00' then 't'::"char"
    -- the type last: what is no text is nothing to add then, and not four additions of 0 to each
    when case when :'entity_id_type' = 'text' then coalesce(octet_length(p_entity_id::text), 0) else 0 end
      + case when :'account_id_type' = 'text' then coalesce(octet_length(p_account_id::text), 0) else 0 end
      + case when :'session_id_type' = 'text' then coalesce(octet_length(p_session_id::text), 0) else 0 end
      + case when :'session_id_type' = 'text' then coalesce(octet_length(p_visitor_id::text), 0) else 0 end
      + octet_length(p_entity_type) > :max_id_bytes
      then 'i'::"char"
  end;
end;

-- On which Monday did the week of this date begin?
create or replace function :schema.week_of(p_date date) returns date
language sql immutable parallel safe
begin atomic
  select date_trunc('week', p_date::timestamp)::date;
end;

-- Does a session with these views and this time on them count as a bounce?
create or replace function :schema.is_bounce(p_views integer, p_time_total bigint) returns boolean
language sql immutable parallel safe
begin atomic
  select p_views = 1 and p_time_total < 10;
end;
