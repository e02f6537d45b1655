import { createHash } from "node:crypto";
import { escapeIdentifier, type Pool } from "pg";
import { inject } from "vitest";
import { databasesLike, templatePrefix } from "./postgres/drop-templates.ts";
import { runOn } from "./postgres/run-on.ts";
import { createTestDatabase } from "./test-database.ts";

interface Template {
  serverUrl: string;
  /** What is in it: templates of the same are made once in a run. */
  content: object;
  fill: (pool: Pool) => Promise<unknown>;
}

const made = new Map<string, Promise<string>>();

/** The name of a database to copy, made and filled by the first in a run who needs it. */
export function templateDatabase({ serverUrl, content, fill }: Template): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 16);
  const name = `${templatePrefix(inject("runId"))}${hash}`;
  const key = `${serverUrl} ${name}`;
  const found = made.get(key) ?? makeOnce({ serverUrl, name, fill });
  made.set(key, found);
  return found;
}

interface TemplateToMake extends Omit<Template, "content"> {
  name: string;
}

async function makeOnce({ serverUrl, name, fill }: TemplateToMake): Promise<string> {
  if ((await databasesLike(serverUrl, name)).length > 0) return name;
  const database = await createTestDatabase("template", serverUrl);
  try {
    await fill(database.pool);
    await database.pool.end();
    const unnamed = decodeURIComponent(new URL(database.url).pathname.slice(1));
    await runOn(
      serverUrl,
      `alter database ${escapeIdentifier(unnamed)} rename to ${escapeIdentifier(name)}`,
    );
  } catch (error) {
    // another worker may have made the same in the meantime
    if (!isDuplicate(error)) throw error;
  } finally {
    await database.drop();
  }
  return name;
}

function isDuplicate(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "42P04";
}
