import type { TestProject } from "vitest/node";
import { provideServers, requestedMajors } from "../provide-servers.ts";

/** For tests that run on the newest of them only. */
export default function setup(project: TestProject): Promise<() => Promise<void>> {
  return provideServers(project, requestedMajors().slice(-1));
}
