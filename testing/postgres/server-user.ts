import { readFileSync } from "node:fs";

/** Whom the server runs as; both are absent when it may run as the current user. */
export interface ServerUser {
  uid?: number;
  gid?: number;
}

/** Finds a user for the server, because PostgreSQL refuses to run as root. */
export function findServerUser(): ServerUser {
  if (process.getuid?.() !== 0) return {};
  // initdb needs a user with an entry here, so not just any number will do
  const entries = readFileSync("/etc/passwd", "utf8").split("\n");
  for (const name of ["postgres", "nobody"]) {
    const [, , uid, gid] = entries.find((entry) => entry.startsWith(`${name}:`))?.split(":") ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    'PostgreSQL does not run as root, and /etc/passwd has neither "postgres" nor "nobody" to run it as: create one of them, or run this as an ordinary user.',
  );
}
