import { MigrationError } from "../migration-error.ts";

const oldestServer = 15;

/** @throws {MigrationError} `server_too_old` */
export function checkServer(major: number): void {
  if (major >= oldestServer) return;
  throw new MigrationError(
    "server_too_old",
    `The server is PostgreSQL ${major}, and Headcount needs ${oldestServer} or later.`,
  );
}
