import { expect, test } from "vitest";
import {
  readAttachments,
  readChanges,
  readFunctions,
  readReplay,
} from "../../scripts/read-source.ts";
import { changeFile } from "./change.ts";
import type { SqlPart } from "./sql-source.ts";

/*
 * Rules that keep every statement one that a database whose tables are spread over several servers can run too. A row
 * has no ctid there that another statement could find it by; a value that is to be written must be the same on all of
 * them; EXISTS needs a column; and a sequence gives numbers as a column's default only.
 */

const functions = [
  ...readFunctions(),
  ...readFunctions("slices/functions"),
  ...readFunctions("citus/functions"),
];
const parts: SqlPart[] = [
  ...[...readChanges(), ...readChanges("slices/changes")].map((change) => ({
    file: changeFile(change),
    line: 1,
    sql: change.sql,
  })),
  ...functions,
  ...readAttachments(),
  ...readAttachments("slices/attach"),
  ...readAttachments("citus/attach"),
  readReplay("before"),
  readReplay("after"),
];

const volatile = [
  ..."clock_timestamp gen_random_uuid random timeofday nextval setval pg_sleep".split(" "),
  ...ours((head) => !/\b(stable|immutable)\b/.test(head)),
];
const notImmutable = [
  ...volatile,
  ..."now statement_timestamp transaction_timestamp current_setting".split(" "),
  ...ours((head) => /\bstable\b/.test(head)),
];

const rules: Record<string, (code: string) => boolean> = {
  ctid: (code) => /\bc?tid\b/.test(code),
  "exists (select from": (code) => /\bexists\s*\(\s*select\s+from\b/.test(code),
  "a sequence outside of a default": (code) =>
    /(?<!\bdefault )\b(?:nextval|currval|lastval)\(/.test(code),
  "a volatile function in UPDATE": (code) =>
    [...code.matchAll(/\bupdate\s+[:\w."]+(?:\s+(?:as\s+)?\w+)?\s+set\b[^;]*/g)].some(([update]) =>
      calls(update, volatile),
    ),
  "a function that is not immutable in ON CONFLICT": (code) =>
    [...code.matchAll(/\bon conflict\b[^;]*?(?=\breturning\b|;|$)/g)].some(
      ([clause]) => calls(clause, notImmutable) || /\bcurrent_timestamp\b/.test(clause),
    ),
};

/** Names of our functions whose head, from their language to their body, is such a one. */
function ours(isSuch: (head: string) => boolean): string[] {
  return functions
    .filter(({ sql }) =>
      isSuch(/^language [^]*?(?=^(?:begin atomic|as \$|return\b))/m.exec(sql)?.[0] ?? ""),
    )
    .map(({ name }) => name);
}

function calls(code: string, names: readonly string[]): boolean {
  return names.some((name) => new RegExp(`\\b${name}\\(`).test(code));
}

function offences(): string[] {
  const found = parts.flatMap(({ file, sql }) => {
    const code = sql.replaceAll(/--[^\n]*/g, "").toLowerCase();
    return Object.entries(rules)
      .filter(([, isBroken]) => isBroken(code))
      .map(([rule]) => `${rule}: ${file}`);
  });
  return [...new Set(found)].toSorted();
}

// Pruning goes through the host's own table in the order of its blocks: no index has page views by time, and by another one each block
// would be written many times. No place of a row is kept.
test("every statement is one that a distributed database can run too", () => {
  expect(offences()).toEqual(["ctid: functions/retention/prune.sql"]);
});

test.each([
  ["ctid", "select d.ctid from t d"],
  ["ctid", "v_places tid[];"],
  ["exists (select from", "if not exists (select\n  from t) then"],
  ["a sequence outside of a default", "select nextval('s')"],
  ["a volatile function in UPDATE", "update :schema.t set a = 1, at = clock_timestamp() where b;"],
  [
    "a function that is not immutable in ON CONFLICT",
    "insert into t values (1) on conflict (a) do update set at = now();",
  ],
])("the rule %s finds %j", (rule, code) => {
  expect(rules[rule]?.(code)).toBe(true);
});

test.each([
  "select 1 from t where exists (select 1 from u)",
  "create table t (id bigint default nextval('s'))",
  "perform 1 from t for no key update; v_now := clock_timestamp();",
  "insert into t values (now()) on conflict (a) do update set updated_at = excluded.updated_at;",
])("no rule finds %j", (code) => {
  expect(Object.entries(rules).filter(([, isBroken]) => isBroken(code))).toEqual([]);
});
