import { cpus, totalmem } from "node:os";
import type { RunResults } from "../results/run-results.ts";
import { cores } from "./server-settings.ts";

/** What of the machine decides how fast it is. */
export function describeMachine(): RunResults["machine"] {
  const cpu = cpus()[0]?.model.trim() ?? "unknown";
  return { cpu, cores, memory_gib: Math.round(totalmem() / 2 ** 30) };
}
