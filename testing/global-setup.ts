import type { TestProject } from "vitest/node";
import { provideServers, requestedMajors } from "./provide-servers.ts";

/** For tests that run on every PostgreSQL that they are to run on. */
export default function setup(project: TestProject): Promise<() => Promise<void>> {
  return provideServers(project, requestedMajors());
}
