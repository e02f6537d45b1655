import type { SqlFunction } from "../src/sql-source/sql-source.ts";

/**
 * Puts each function after those that must be there when it is created: all that it calls when its body is SQL, and of
 * PL/pgSQL, whose body is looked at when it runs, those of its head. Otherwise the order stays as it is.
 */
export function inCreationOrder(functions: readonly SqlFunction[]): SqlFunction[] {
  const byName = new Map(functions.map((candidate) => [candidate.name, candidate]));
  const ordered = new Set<SqlFunction>();
  const path: string[] = [];
  const add = (next: SqlFunction): void => {
    if (ordered.has(next)) return;
    if (path.includes(next.name)) {
      throw new Error(
        `SQL bodies call each other in a circle: ${[...path, next.name].join(", ")}.`,
      );
    }
    path.push(next.name);
    for (const name of calledAtCreation(next)) {
      const called = byName.get(name);
      if (called !== undefined && called !== next) add(called);
    }
    path.pop();
    ordered.add(next);
  };
  for (const candidate of functions) add(candidate);
  return [...ordered];
}

function calledAtCreation({ sql }: SqlFunction): string[] {
  const code = sql.replaceAll(/--[^\n]*/g, "");
  const text = /\nlanguage sql\b/.test(code) ? code : (code.split(/\nlanguage plpgsql\b/)[0] ?? "");
  return [...text.matchAll(/:schema\.(\w+)\(/g)].map((match) => match[1] ?? "");
}
