import { sql } from "kysely";
import type { Connection } from "../../database/connect.ts";
import { runQuery } from "../../database/run-query.ts";
import type { ViewDevice } from "./device-of.ts";
import type { ViewSource } from "./source-of.ts";

interface ViewFacts {
  source: ViewSource | null;
  device: ViewDevice | null;
}

interface FactsToNumber {
  views: readonly ViewFacts[];
  signal?: AbortSignal | undefined;
}

/** What stands in a page view for where it came from, and for what it was viewed with. */
export interface FactNumbers {
  source_no: number | null;
  device_no: number | null;
}

/** The numbers of what these views came from and were viewed with, in their order. */
export type NumberFacts = (call: FactsToNumber) => Promise<FactNumbers[]>;

/** The dictionaries that all processes of an installation share: what is known of them is not asked for again. */
export function openFactNumbers(connection: Connection): NumberFacts {
  const numberSources = openDictionary(connection, "source");
  const numberDevices = openDictionary(connection, "device");
  return async ({ views, signal }) => {
    const sources = await numberSources(
      views.map(
        ({ source: s }) =>
          s && [
            s.channel,
            s.source,
            s.referrer_host,
            s.surface,
            s.utm_source,
            s.utm_medium,
            s.utm_campaign,
          ],
      ),
      signal,
    );
    const devices = await numberDevices(
      views.map(({ device: d }) => d && [d.device, d.country, d.browser, d.os]),
      signal,
    );
    return views.map((_view, index) => ({
      source_no: sources[index] ?? null,
      device_no: devices[index] ?? null,
    }));
  };
}

type Names = readonly (string | null)[];

// What was stored as others, for want of room, has a number of its own when there is room again.
const rememberedMs = 3_600_000;
const maxRemembered = 10_000;

function openDictionary(connection: Connection, kind: "source" | "device") {
  let known = new Map<string, number>();
  let since = Date.now();

  return async (
    all: readonly (Names | null)[],
    signal: AbortSignal | undefined,
  ): Promise<(number | null)[]> => {
    const keys = all.map((names) => (names === null ? null : JSON.stringify(names)));
    if (Date.now() - since > rememberedMs || known.size > maxRemembered) {
      known = new Map();
      since = Date.now();
    }
    // a transaction of the host's may be rolled back, with the numbers that it was given
    const remembered = connection.db.isTransaction ? new Map<string, number>() : known;
    const missing = [
      ...new Set(keys.flatMap((key) => (key === null || remembered.has(key) ? [] : [key]))),
    ];
    if (missing.length > 0) {
      const query = numbersQuery({ connection, kind, names: missing });
      const [row] = await runQuery({ db: connection.db, query, signal });
      const found = JSON.parse(row?.numbers ?? "[]") as number[];
      for (const [index, key] of missing.entries()) {
        const number = found[index];
        if (number !== undefined) remembered.set(key, number);
      }
    }
    return keys.map((key) => (key === null ? null : (remembered.get(key) ?? null)));
  };
}

interface NumbersToFind {
  connection: Connection;
  kind: "source" | "device";
  /** Arrays of names, as JSON. */
  names: readonly string[];
}

// Which numbers have these, some of which may be new?
function numbersQuery({ connection: { db, schema }, kind, names }: NumbersToFind) {
  return sql<{ numbers: string }>`
    select ${sql.id(schema, "fact_numbers")}(${kind}, ${`[${names.join(",")}]`}) as numbers
  `.compile(db);
}
