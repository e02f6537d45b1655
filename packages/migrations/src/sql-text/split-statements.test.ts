import { expect, test } from "vitest";
import { librarySource } from "../sql-source/library-source.ts";
import { splitStatements } from "./split-statements.ts";

const texts = (sql: string): string[] => splitStatements(sql).map(({ text }) => text);

test("statements end with semicolons, and the last may do without", () => {
  expect(texts("select 1;\n\n(select 2);\nselect 3")).toEqual([
    "select 1",
    "(select 2)",
    "select 3",
  ]);
});

test("semicolons in quotes and comments end nothing", () => {
  const statement = `select ';', "a;""b", E'\\';', 'it''s;' -- one; two\n/* three; */ from t`;
  expect(texts(`${statement}; select 2`)).toEqual([statement, "select 2"]);
});

test("semicolons between dollar quotes end nothing", () => {
  const statement = "do $outer$ begin perform $$a;b$$; end $outer$";
  expect(texts(`${statement}; select 2`)).toEqual([statement, "select 2"]);
});

test("an SQL-standard body is part of its statement, with its CASE and END", () => {
  const statement = `create function f() returns int begin atomic
    select case when true then 1 end; select 2; end`;
  expect(texts(`${statement}; begin; commit`)).toEqual([statement, "begin", "commit"]);
});

test("comments before a statement do not belong to it, and its line is known", () => {
  expect(splitStatements("-- first\n\n/* second */\nselect 1;\nselect\n2;")).toEqual([
    { text: "select 1", line: 4 },
    { text: "select\n2", line: 5 },
  ]);
});

test("nothing but comments and semicolons holds no statement", () => {
  expect(texts("-- nothing; here\n;;")).toEqual([]);
});

test("every statement of ours begins with a verb", () => {
  const { changes, functions, attachments } = librarySource;
  const statements = [...changes, ...functions, ...attachments].flatMap(({ sql }) => texts(sql));
  expect(statements.length).toBeGreaterThan(50);
  for (const statement of statements) {
    expect(statement).toMatch(
      /^(create|alter|comment on|insert into|do|with|select|grant|revoke|drop)\b/,
    );
  }
});
