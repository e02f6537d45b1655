import { Client } from "pg";
import { UsageError } from "./usage-error.ts";

const unusableAddress =
  "The database's address is not a Postgres URL: write postgres://user:password@host:5432/database, with special characters percent-encoded.";

interface GivenAddresses {
  flag: string | undefined;
  /** The value of DATABASE_URL. */
  variable: string | undefined;
}

/**
 * The address to connect to, when there is one.
 *
 * @throws {UsageError} where it is not one: the driver would take any text for a database of its default server
 */
export function checkAddress({ flag, variable }: GivenAddresses): string | undefined {
  if (flag === "") {
    throw new UsageError("--database-url is empty: give an address, or leave it out.");
  }
  const address = flag ?? (variable || undefined);
  if (address !== undefined && !/^(postgres(ql)?:\/\/|socket:|\/)/i.test(address)) {
    throw new UsageError(unusableAddress);
  }
  return address;
}

/**
 * Which database of which server this is, `"app" on localhost:5432`. Undefined where a special character of the password may
 * have ended it, so that what looks like a host is a piece of it.
 */
export function describeAddress(address: string): string | undefined {
  const [, rest = ""] = /^\w+:\/\/[^/?#]*(.*)$/s.exec(address) ?? [];
  if (rest.includes("@")) return undefined;
  try {
    const { host, port, database } = new Client({ connectionString: address });
    const server = host.startsWith("/") ? host : `${host}:${port}`;
    return database === undefined ? `the server ${server}` : `"${database}" on ${server}`;
  } catch {
    return undefined;
  }
}
