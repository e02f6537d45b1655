export interface SqlStatement {
  /** Without the closing semicolon. */
  text: string;
  /** Where it begins, counted from 1. */
  line: number;
}

// What may hold a semicolon that ends nothing, and the words that open and close a BEGIN ATOMIC body.
const token =
  /--[^\n]*|\/\*[\s\S]*?\*\/|(?<=\bE)'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$(?:[a-z_]\w*)?\$)[\s\S]*?\1|[a-z_][\w$]*|\S/gi;

/**
 * Splits SQL into its statements, as psql does: semicolons in quotes, comments, dollar quotes and SQL-standard
 * function bodies do not end one.
 */
export function splitStatements(sql: string): SqlStatement[] {
  const statements: SqlStatement[] = [];
  let start: number | undefined;
  let depth = 0;
  let previousWord = "";
  for (const match of sql.matchAll(token)) {
    const text = match[0];
    if (text === ";" && depth === 0) {
      if (start !== undefined) statements.push(statementAt(sql, start, match.index));
      start = undefined;
      continue;
    }
    if (text.startsWith("--") || text.startsWith("/*")) continue;
    start ??= match.index;
    const word = text.toLowerCase();
    if (word === "atomic" && previousWord === "begin") depth = 1;
    else if (word === "case" && depth > 0) depth += 1;
    else if (word === "end" && depth > 0) depth -= 1;
    previousWord = word;
  }
  if (start !== undefined) statements.push(statementAt(sql, start, sql.length));
  return statements;
}

function statementAt(sql: string, start: number, end: number): SqlStatement {
  return {
    text: sql.slice(start, end).trimEnd(),
    line: sql.slice(0, start).split("\n").length,
  };
}
