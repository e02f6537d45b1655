import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import * as z from "zod";
import { trafficShapes } from "../../testing/traffic/traffic-shape.ts";
import { explained, measurement } from "./measurement.ts";

/** All that one run found: what `--json` writes, and what the docs are composed from. */
export const runResults = z.object({
  date: z.iso.date(),
  /** Page views. */
  size: z.int(),
  shape: z.enum(trafficShapes).default("public-listing"),
  /** The commit that was compared with. */
  against: z.optional(z.string()),
  /** How many workers the cluster had that was compared with one Postgres. */
  workers: z.optional(z.int()),
  machine: z.object({ cpu: z.string(), cores: z.int(), memory_gib: z.int() }),
  /** Of what took part: Postgres, Node, DuckDB, Timescale. */
  versions: z.record(z.string(), z.string()),
  settings: z.record(z.string(), z.string()),
  /** Who did not take part, and why. */
  absent: z.record(z.string(), z.string()),
  measurements: z.array(measurement),
  plans: z.array(explained),
});

export type RunResults = z.infer<typeof runResults>;

/** @throws {Error} when the file is not one that `--json` wrote */
export async function readResults(file: string): Promise<RunResults> {
  const parsed = runResults.safeParse(JSON.parse(await readFile(file, "utf8")));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(
    `${file} does not hold the results of a run (${issue?.path.join(".")}: ${issue?.message}): give a file that this version's --json wrote.`,
  );
}

/** Writes the file, and its folder when there is none. */
export async function writeResults(file: string, results: RunResults): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(results, null, 2)}\n`);
}
