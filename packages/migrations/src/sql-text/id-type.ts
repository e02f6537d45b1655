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
