-- What a list calls somebody who has no account, or whose account it may not show: a ref, which is of one entity, stays the same, and shows
-- nobody the visitor_id, session or account that it stands for. Anybody who knows such a visitor_id or session could add views to it, or
-- claim its views.
--
-- The id is encrypted under a secret that only the owner of these functions reads, so that a list can go on behind a ref:
-- a keyed hash of entity and visitor, then the visitor, each byte with one of a stream that follows from that hash.

-- A hash that nobody without the secret can make.
create or replace function :schema.keyed_hash(p_secret bytea, p_message bytea) returns bytea
language sql immutable parallel safe
begin atomic
  select sha256(substr(p_secret, 33, 32) || sha256(substr(p_secret, 1, 32) || p_message));
end;

-- Up to 32 bytes, eight at a time, each with one of a stream: twice is as before. Their number is a multiple of eight. In one
-- expression, because a list has a hundred visitors, and a statement for each would take longer than the rest of it.
create or replace function :schema.ciphered_block(p_stream bytea, p_bytes bytea) returns bytea
language sql immutable parallel safe
begin atomic
  select
    int8send(
      ('x' || encode(substr(p_bytes, 1, 8), 'hex'))::bit(64)::bigint # ('x' || encode(substr(p_stream, 1, 8), 'hex'))::bit(64)::bigint
    )
    || case when length(p_bytes) > 8 then int8send(
      ('x' || encode(substr(p_bytes, 9, 8), 'hex'))::bit(64)::bigint # ('x' || encode(substr(p_stream, 9, 8), 'hex'))::bit(64)::bigint
    ) else '' end
    || case when length(p_bytes) > 16 then int8send(
      ('x' || encode(substr(p_bytes, 17, 8), 'hex'))::bit(64)::bigint # ('x' || encode(substr(p_stream, 17, 8), 'hex'))::bit(64)::bigint
    ) else '' end
    || case when length(p_bytes) > 24 then int8send(
      ('x' || encode(substr(p_bytes, 25, 8), 'hex'))::bit(64)::bigint # ('x' || encode(substr(p_stream, 25, 8), 'hex'))::bit(64)::bigint
    ) else '' end;
end;

-- The stream of a block that follows from the secret and the hash.
create or replace function :schema.cipher_stream(p_secret bytea, p_hash bytea, p_block integer) returns bytea
language sql immutable parallel safe
begin atomic
  select :schema.keyed_hash(p_secret, 'stream'::bytea || p_hash || int4send(p_block));
end;

-- Any number of bytes, ciphered block by block.
create or replace function :schema.ciphered(p_secret bytea, p_hash bytea, p_bytes bytea) returns bytea
language sql immutable parallel safe
begin atomic
  select string_agg(
    :schema.ciphered_block(:schema.cipher_stream(p_secret, p_hash, n), substr(p_bytes, 32 * n + 1, 32)), ''::bytea order by n
  )
  from generate_series(0, (length(p_bytes) - 1) / 32) n;
end;

-- What is hashed of an entity: no two are the same.
create or replace function :schema.entity_message(p_entity_type text, p_entity_id :entity_id_type) returns bytea
language sql stable parallel safe
begin atomic
  select convert_to('visitor' || jsonb_build_array(p_entity_type, p_entity_id)::text, 'UTF8');
end;

-- What is encrypted of a visitor: kind and id, filled up to whole eights. Accounts have ids of another type.
create or replace function :schema.visitor_message(p_kind "char", p_visitor_id text) returns bytea
language sql stable parallel safe
begin atomic
  select case
    when :'session_id_type' = 'uuid' and p_kind in ('s', 'v') then convert_to(p_kind::text, 'UTF8') || uuid_send(p_visitor_id::uuid) || '\x00000000000000'::bytea
    else convert_to(p_kind::text || p_visitor_id, 'UTF8')
      || substr('\x00000000000000'::bytea, 1, 7 - (octet_length(convert_to(p_visitor_id, 'UTF8')) % 8))
  end;
end;

-- The refs of these visitors of the entity, each with its place; NULL for accounts that are shown: sixteen bytes of hash, then what is
-- encrypted. Of kind 'p', where a page of the list ended with an account that is not shown: its place in the list as well.
-- Runs with the rights of its owner, who alone reads the secret.
create or replace function :schema.refs_of_visitors(
  p_entity_type text, p_entity_id :entity_id_type, p_visitors :schema.listed_visitor[]
) returns table (place bigint, ref text)
language plpgsql stable
security definer
:settings_of_readers
as $$
declare
  v_secret bytea := (select s.secret from :schema.analytics_secrets s where s.purpose = 'ref');
  v_entity bytea := :schema.entity_message(p_entity_type, p_entity_id);
begin
  return query
  select
    r.place,
    translate(encode(r.hash || case
      when length(r.plain) <= 32 then :schema.ciphered_block(r.stream, r.plain)
      else :schema.ciphered(v_secret, r.hash, r.plain)
    end, 'base64'), '+/=' || chr(10), '-_')
  from (
    -- what is used more than once is made once
    select h.*, :schema.cipher_stream(v_secret, h.hash, 0) as stream
    from (
      select v.place, v.plain, substr(:schema.keyed_hash(v_secret, v_entity || v.plain), 1, 16) as hash
      from (
        select
          u.ordinality as place,
          :schema.visitor_message(
            u.kind,
            case
              when u.kind = 'p' then jsonb_build_array(u.visitor_id, u.visit_count, u.first_visit, u.last_visit)::text
              else u.visitor_id::text
            end
          ) as plain
        from unnest(p_visitors) with ordinality u
        where u.kind <> 'a'
        offset 0
      ) v
      offset 0
    ) h
    offset 0
  ) r
  union all
  select u.ordinality, null from unnest(p_visitors) with ordinality u where u.kind = 'a';
end
$$;

-- A visitor of a list like this one, with the id of the one that this ref stands for at the entity, and with its place when the ref has
-- that too. NULL when it stands for nobody.
create or replace function :schema.visitor_of_ref(
  p_entity_type text, p_entity_id :entity_id_type, p_ref text, p_visitor :schema.listed_visitor
) returns :schema.listed_visitor
language plpgsql stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_secret bytea := (select s.secret from :schema.analytics_secrets s where s.purpose = 'ref');
  v_sealed bytea;
  v_hash bytea;
  v_plain bytea;
  v_text text;
  v_position jsonb;
begin
  v_sealed := decode(translate(rpad(p_ref, (length(p_ref) + 3) / 4 * 4, '='), '-_', '+/'), 'base64');
  v_hash := substr(v_sealed, 1, 16);
  v_plain := :schema.ciphered(v_secret, v_hash, substr(v_sealed, 17));
  if substr(:schema.keyed_hash(v_secret, :schema.entity_message(p_entity_type, p_entity_id) || v_plain), 1, 16)
    is distinct from v_hash
  then
    return null;
  end if;
  p_visitor.kind := chr(get_byte(v_plain, 0))::"char";
  if :'session_id_type' = 'uuid' and p_visitor.kind in ('s', 'v') then
    p_visitor.visitor_id := encode(substr(v_plain, 2, 16), 'hex')::uuid::text;
    return p_visitor;
  end if;
  v_text := convert_from(rtrim(substr(v_plain, 2), '\x00'::bytea), 'UTF8');
  if p_visitor.kind = 'p' then
    v_position := v_text::jsonb;
    v_text := v_position ->> 0;
    p_visitor.visit_count := v_position ->> 1;
    p_visitor.first_visit := v_position ->> 2;
    p_visitor.last_visit := v_position ->> 3;
  end if;
  p_visitor.visitor_id := v_text;
  if p_visitor.kind in ('n', 'p') then
    p_visitor.kind := 'a';
  end if;
  return p_visitor;
exception when data_exception then
  return null;
end
$$;
