import { expect, test } from "vitest";
import type { MigrationPool } from "./connection.ts";
import { withPoolClient } from "./with-pool-client.ts";

test.each([undefined, null, {}, "postgres://localhost/app"])(
  "%j is refused as a pool, where the types did not",
  async (value) => {
    const borrowed = withPoolClient(value as MigrationPool, () => Promise.resolve());
    await expect(borrowed).rejects.toMatchObject({
      code: "invalid_input",
      message: "pool has no connect(): give a Pool of pg.",
      field: "pool",
    });
  },
);
