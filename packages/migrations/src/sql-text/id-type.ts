export type IdType = "uuid" | "bigint" | "text";

const idTypes: Readonly<Record<string, IdType>> = {
  uuid: "uuid",
  bigint: "bigint",
  integer: "bigint",
  smallint: "bigint",
  text: "text",
  "character varying": "text",
};

/** The type that Headcount's tables use for ids of this column type; undefined when it cannot follow it. */
export function idTypeOf(columnType: string): IdType | undefined {
  return Object.hasOwn(idTypes, columnType) ? idTypes[columnType] : undefined;
}

const extendedHashes: Readonly<Record<IdType, string>> = {
  uuid: "uuid_hash_extended",
  bigint: "hashint8extended",
  text: "hashtextextended",
};

/** The function (id, seed) that hashes an id of this type to 64 bits, in all sessions and servers alike. */
export function extendedHash(type: IdType): string {
  return `pg_catalog.${extendedHashes[type]}`;
}

const noEntities: Readonly<Record<IdType, string>> = {
  uuid: "00000000-0000-0000-0000-000000000000",
  bigint: "-9223372036854775808",
  text: "",
};

/** The id that stands for "no entity" in our tables, as an SQL literal. */
export function noEntity(type: IdType): string {
  return `'${noEntities[type]}'::${type}`;
}
