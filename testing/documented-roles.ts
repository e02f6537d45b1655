import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Pool } from "pg";
import { expect } from "vitest";
import type { TestDatabase } from "./test-database.ts";

const document = await readFile(new URL("../docs/installing.md", import.meta.url), "utf8");

/** Roles that go when it is disposed of, and their pools with them. */
export interface DocumentedRoles extends AsyncDisposable {
  /** A pool of a new role that has exactly the grants that docs/installing.md lists for it. */
  connectAs(role: string): Promise<Pool>;
}

export function createDocumentedRoles({ pool, url }: TestDatabase): DocumentedRoles {
  // a role is of the whole server
  const suffix = randomUUID().slice(0, 8);
  const pools = new Map<string, Pool>();
  return {
    async connectAs(role) {
      const name = `${role}_${suffix}`;
      await pool.query(`create role ${name} login`);
      const itsUrl = new URL(url);
      itsUrl.username = name;
      const its = new Pool({ connectionString: itsUrl.href });
      its.on("error", () => undefined);
      pools.set(name, its);
      const grants = document.match(/^GRANT [^;]+;/gm) ?? [];
      const granted = grants.filter((grant) => grant.endsWith(`TO ${role};`));
      expect(granted.length).toBeGreaterThan(1);
      for (const grant of granted) await pool.query(grant.replace(`${role};`, `${name};`));
      return its;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...pools.values()].map((its) => its.end()));
      for (const name of pools.keys()) {
        await pool.query(`drop owned by ${name}; drop role ${name}`);
      }
    },
  };
}
