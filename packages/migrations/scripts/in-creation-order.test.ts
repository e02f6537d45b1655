import { expect, test } from "vitest";
import type { SqlFunction } from "../src/sql-source/sql-source.ts";
import { inCreationOrder } from "./in-creation-order.ts";

function made(name: string, sql: string): SqlFunction {
  return { name, file: "functions/test.sql", line: 1, sql };
}

const namesOf = (...functions: SqlFunction[]): string[] =>
  inCreationOrder(functions).map(({ name }) => name);

const sqlBody = (name: string, body: string): SqlFunction =>
  made(name, `create or replace function :schema.${name}() returns int\nlanguage sql\n${body}`);

const plpgsql = (name: string, head: string, body: string): SqlFunction =>
  made(
    name,
    `create or replace function :schema.${name}${head}\nlanguage plpgsql\nas $$ ${body} $$;`,
  );

test("a function comes after those that its SQL body calls, and others stay in their order", () => {
  expect(
    namesOf(
      sqlBody("a", "return :schema.c();"),
      sqlBody("b", "return 1;"),
      sqlBody("c", "return :schema.d();"),
      sqlBody("d", "return 1;"),
    ),
  ).toEqual(["d", "c", "a", "b"]);
});

test("what a comment or a PL/pgSQL body mentions need not be there, what a default calls must be", () => {
  expect(
    namesOf(
      sqlBody("a", "return 1; -- as :schema.d() does"),
      plpgsql("b", "(p int default :schema.c()) returns int", "begin return :schema.d(); end"),
      sqlBody("c", "return 1;"),
      plpgsql("d", "() returns int", "begin return :schema.b(); end"),
    ),
  ).toEqual(["a", "c", "b", "d"]);
});

test("SQL bodies in a circle are refused by name", () => {
  expect(() =>
    namesOf(sqlBody("a", "return :schema.b();"), sqlBody("b", "return :schema.a();")),
  ).toThrow("SQL bodies call each other in a circle: a, b, a.");
});
