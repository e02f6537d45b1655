-- What a list calls somebody without an account: a ref, which is of one entity, stays the same, and tells nobody the
-- visitor_id or session that it stands for. Whoever knows such an id could add views to it, or claim its views.
--
-- The id is encrypted under a secret that only the owner of these functions reads, so that a list can go on behind a ref:
-- a keyed hash of entity and visitor, then the visitor, each byte with one of a stream that follows from that hash.

-- A hash that nobody without the secret can make.
create or replace function :schema.keyed_hash(p_secret bytea, p_message bytea) returns bytea
language sql immutable parallel safe
begin atomic
  select sha256(substr(p_secret, 33, 32) || sha256(substr(p_secret, 1, 32) || p_message));
end;

-- These bytes, eight at a time, each with those that follow from the secret and the hash: twice is as before.
create or replace function :schema.ciphered(p_secret bytea, p_hash bytea, p_bytes bytea) returns bytea
language sql immutable parallel safe
begin atomic
  select string_agg(
    int8send(
      ('x' || encode(substr(p_bytes, 8 * n - 7, 8), 'hex'))::bit(64)::bigint
        # ('x' || encode(substr(:schema.keyed_hash(p_secret, 'stream'::bytea || p_hash || int4send(n)), 1, 8), 'hex'))::bit(64)::bigint
    ), ''::bytea order by n
  )
  from generate_series(1, length(p_bytes) / 8) n;
end;

-- Who it is and where, hashed under the secret.
create or replace function :schema.ref_hash(
  p_secret bytea, p_entity_type text, p_entity_id :entity_id_type, p_kind "char", p_visitor_id text
) returns bytea
language sql stable parallel safe
begin atomic
  select substr(
    :schema.keyed_hash(
      p_secret, convert_to('visitor' || jsonb_build_array(p_entity_type, p_entity_id, p_kind::text, p_visitor_id)::text, 'UTF8')
    ), 1, 16
  );
end;

-- What this visitor of the entity is called: sixteen bytes of hash, then kind and id, filled up to whole eights.
create or replace function :schema.ref_of(
  p_secret bytea, p_entity_type text, p_entity_id :entity_id_type, p_kind "char", p_visitor_id text
) returns text
language sql stable parallel safe
begin atomic
  select translate(
    encode(h.hash || :schema.ciphered(p_secret, h.hash, p.plain || decode(repeat('00', 7 - (length(p.plain) - 1) % 8), 'hex')), 'base64'),
    '+/=' || chr(10), '-_'
  )
  from (select :schema.ref_hash(p_secret, p_entity_type, p_entity_id, p_kind, p_visitor_id) as hash) h
  cross join (
    select convert_to(p_kind::text, 'UTF8') || case
      when :'session_id_type' = 'uuid' then uuid_send(p_visitor_id::uuid)
      else convert_to(p_visitor_id, 'UTF8')
    end as plain
  ) p;
end;

-- The refs of these visitors of the entity, each with its place; NULL for accounts.
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
begin
  return query
  select
    u.ordinality,
    case when u.kind <> 'a' then :schema.ref_of(v_secret, p_entity_type, p_entity_id, u.kind, u.visitor_id::text) end
  from unnest(p_visitors) with ordinality u;
end
$$;

-- The same visitor of a list as this one, but for who it is: the one that this ref stands for at the entity. NULL when it
-- stands for nobody.
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
  v_plain bytea;
  v_id text;
begin
  v_sealed := decode(translate(rpad(p_ref, (length(p_ref) + 3) / 4 * 4, '='), '-_', '+/'), 'base64');
  v_plain := :schema.ciphered(v_secret, substr(v_sealed, 1, 16), substr(v_sealed, 17));
  p_visitor.kind := chr(get_byte(v_plain, 0))::"char";
  v_id := case
    when :'session_id_type' = 'uuid' then encode(substr(v_plain, 2, 16), 'hex')::uuid::text
    else convert_from(rtrim(substr(v_plain, 2), '\x00'::bytea), 'UTF8')
  end;
  if :schema.ref_hash(v_secret, p_entity_type, p_entity_id, p_visitor.kind, v_id) is distinct from substr(v_sealed, 1, 16) then
    return null;
  end if;
  p_visitor.visitor_id := v_id;
  return p_visitor;
exception when data_exception then
  return null;
end
$$;
