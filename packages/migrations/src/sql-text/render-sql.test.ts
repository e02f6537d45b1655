import { expect, test } from "vitest";
import { columnsNamed } from "./page-view-columns.ts";
import { renderSql, type SqlPlaceholders } from "./render-sql.ts";

const placeholders: SqlPlaceholders = {
  schema: 'My "odd" Schema',
  pageViews: { schema: "web's", name: 'Odd "Views"' },
  accounts: { schema: "public", name: "accounts" },
  timeZone: "Europe/Berlin",
  concurrently: true,
  columns: columnsNamed({}),
  columnNames: {},
  entityType: undefined,
  partition: undefined,
  pageViewIdType: "bigint",
  entityIdType: "text",
  accountIdType: "uuid",
  sessionIdType: "uuid",
  ownerIdType: "uuid",
};

test("names are rendered as quoted identifiers", () => {
  expect(renderSql("select from :schema.x, :page_views", placeholders)).toBe(
    `select from "My ""odd"" Schema".x, "web's"."Odd ""Views"""`,
  );
});

test("the quoted form is a literal of the same text", () => {
  expect(renderSql("select :'schema', :'page_views', :'time_zone'", placeholders)).toBe(
    `select '"My ""odd"" Schema"', '"web''s"."Odd ""Views"""', 'Europe/Berlin'`,
  );
});

test("a cast stays a cast, also before a placeholder", () => {
  expect(renderSql("a::text, b:::account_id_type, c::date", placeholders)).toBe(
    "a::text, b::uuid, c::date",
  );
});

test("a name that only begins like a placeholder is left alone", () => {
  expect(renderSql("x[1:schema_size], y::schema", placeholders)).toBe(
    "x[1:schema_size], y::schema",
  );
});

test("text holds the visitors when accounts and sessions have different ids", () => {
  expect(renderSql(":visitor_id_type", placeholders)).toBe("uuid");
  expect(renderSql(":visitor_id_type", { ...placeholders, sessionIdType: "bigint" })).toBe("text");
});

test("concurrently is a word or nothing", () => {
  expect(renderSql("create index :concurrently x", placeholders)).toContain("index concurrently x");
  expect(
    renderSql("create index :concurrently x", { ...placeholders, concurrently: false }),
  ).not.toContain("concurrently");
});

test("an unknown literal is an error and not SQL", () => {
  expect(() => renderSql("select :'scheme'", placeholders)).toThrow(
    "The SQL has an unknown placeholder :'scheme'.",
  );
});

test("dollars in a name are not replacement patterns", () => {
  expect(renderSql(":schema", { ...placeholders, schema: "a$&b$1" })).toBe('"a$&b$1"');
});

test.each([
  ["uuid", "uuid_hash_extended", "'00000000-0000-0000-0000-000000000000'::uuid"],
  ["bigint", "hashint8extended", "'-9223372036854775808'::bigint"],
  ["text", "hashtextextended", "''::text"],
] as const)("ids of %s are hashed by %s, and no entity is %s", (type, hash, literal) => {
  const rendered = renderSql(
    ":entity_id_hash(a, 0), :session_id_hash(b, 0), :visitor_id_hash(c, 0), :no_entity",
    { ...placeholders, entityIdType: type, sessionIdType: type, accountIdType: type },
  );
  expect(rendered).toBe(
    `${["a", "b", "c"].map((id) => `pg_catalog.${hash}(${id}, 0)`).join(", ")}, ${literal}`,
  );
});

test("the settings of a function are lines of its head", () => {
  expect(renderSql("language sql\n:settings_of_readers\nbegin atomic", placeholders)).toBe(
    "language sql\nset search_path = pg_catalog, pg_temp\nset plan_cache_mode = force_generic_plan\nset jit = off\nbegin atomic",
  );
  expect(renderSql("language sql\n:settings_of_folds\nas $$", placeholders)).toBe(
    "language sql\nset search_path = pg_catalog, pg_temp\nset plan_cache_mode = force_generic_plan\nset jit = off\nset work_mem = '64MB'\nas $$",
  );
  expect(renderSql("language sql\n:settings_of_writers\nas $$", placeholders)).toBe(
    "language sql\nset search_path = pg_catalog, pg_temp\nset plan_cache_mode = auto\nset jit = off\nset work_mem = '64MB'\nas $$",
  );
});
