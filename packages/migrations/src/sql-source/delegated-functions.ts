import type { SqlFunction } from "./sql-source.ts";

/**
 * The same function of a cluster, by this name, and one that it asks where the shard of p_entity_id is, which asks that of the slice, with the rights
 * of its owner. Asked with NULL, or in a statement with anything else, a function that Citus sends to another server ends the whole coordinator
 * (13.2): so it is asked by ours alone, and alone. It is one statement that reads: Citus need not ask the other server to begin and to end a
 * transaction for it, which takes as long as a short answer. Within a transaction it does so nevertheless.
 */
export function delegatedFunctions(
  { name, file, line, sql }: SqlFunction,
  asked: string = name,
): { here: SqlFunction; asking: SqlFunction } {
  const head = /^create or replace function [^]*?(?=^language )/m.exec(sql)?.[0] ?? "";
  const here = `${name}_here`;
  const named = (wanted: string): string => head.replace(`:schema.${name}(`, `:schema.${wanted}(`);
  const inputs = argumentsOf(head);
  const isTable = /\breturns table\b/.test(head);
  const into = isTable ? "" : ` into ${outputsOf(head).join(", ")}`;
  const placeholders = inputs.map(argumentOf).join(", ");
  const names = inputs.map((input) => input.name).join(", ");
  const ask = `${isTable ? "return query " : ""}execute v_question${into} using ${names}`;
  const composites = inputs.filter(isComposite);
  const declared = composites.map((input) => `\n  ${textOf(input)} text := ${input.name}::text;`);
  const values = inputs.map((input) => (isComposite(input) ? textOf(input) : input.name));
  return {
    here: {
      name: here,
      file,
      line,
      sql: `${texts(named(here))}language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_slice integer := :schema.slice_of_entity(p_entity_id);
  v_question text := format('select * from %1$I.${name}(${placeholders})', :schema.schema_of_slice(v_slice));
begin
  begin
    ${ask};
    return;
  exception when invalid_schema_name or undefined_table or undefined_function or undefined_object then
    -- its shard has just come to this server, or left it
    if not :schema.hold_slice(v_slice) then
      raise exception 'slice % has moved: ask once more', v_slice
        using errcode = 'serialization_failure';
    end if;
  end;
  ${ask};
end
$$;`,
    },
    asking: {
      name: asked,
      file,
      line,
      sql: `${named(asked)}language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set citus.function_opens_transaction_block = off
as $$
#variable_conflict use_column${declared.length === 0 ? "" : `\ndeclare${declared.join("")}`}
begin
  if p_entity_id is null then
    raise exception 'on Citus every page view has an entity, and every question is about one' using errcode = 'feature_not_supported';
  end if;
  ${isTable ? `return query select h.*` : `select h.*${into}`} from :schema.${here}(${values.join(", ")}) h;
end
$$;`,
    },
  };
}

interface Argument {
  name: string;
  type: string;
}

export function argumentsOf(head: string): Argument[] {
  return [...head.matchAll(/(?<!\bout )\b(p_\w+) (\S+?)(?: default [^,)]+)?(?=,|\s*\)|\n)/g)].map(
    ([, name = "", type = ""]) => ({ name, type }),
  );
}

function outputsOf(head: string): string[] {
  return [...head.matchAll(/\bout (\w+) /g)].map(([, name = ""]) => name);
}

// A composite type is that of the slice, with the same text; Citus sends none to another server.
const texts = (head: string): string =>
  head.replaceAll(/\b(p_\w+|out \w+) :schema\.\w+(?:\[\])?/g, "$1 text");
const isComposite = ({ type }: Argument): boolean => type.startsWith(":schema.");

function argumentOf(input: Argument, index: number): string {
  return isComposite(input)
    ? `$${index + 1}::%1$I.${input.type.slice(":schema.".length)}`
    : `$${index + 1}`;
}

const textOf = ({ name }: Argument): string => name.replace(/^p_/, "v_");
