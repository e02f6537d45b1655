import { expect, test } from "vitest";
import { AnalyticsClient } from "../../analytics-client.ts";
import { collectionOptions } from "./collection-policy.ts";
import { deriveVisitor } from "./derive-visitor.ts";

const view = { account_id: null, viewed_at: "2026-03-01T12:00:00.000Z" };
const headers = { "user-agent": "Firefox" };

function daily(
  request: { ip_address?: string; headers?: object },
  type: "uuid" | "bigint" | "text",
) {
  const policy = collectionOptions.parse({ visitor: "daily" });
  const secrets = () => Promise.resolve(Buffer.alloc(64, 7));
  const call = { view, request: { headers, ...request }, policy, secrets, type };
  return deriveVisitor(call as Parameters<typeof deriveVisitor>[0]);
}

test("an address is the same however it is written, and whatever follows it", async () => {
  const id = await daily({ ip_address: "192.0.2.7" }, "uuid");
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(await daily({ ip_address: "::ffff:192.0.2.7" }, "uuid")).toBe(id);
  expect(await daily({ ip_address: "192.0.2.8" }, "uuid")).not.toBe(id);
  expect(await daily({ ip_address: "192.0.2.7", headers: new Headers(headers) }, "text")).toBe(id);
  expect(await daily({ ip_address: "192.0.2.7", headers: {} }, "uuid")).not.toBe(id);
  expect(await daily({ ip_address: "shop.example" }, "uuid")).toBeNull();
});

test("an id is a bigint where sessions have bigints", async () => {
  const id = BigInt((await daily({ ip_address: "2001:db8::1" }, "bigint")) ?? "");
  expect(id).toBeGreaterThan(2n ** 40n);
  expect(id).toBeLessThan(2n ** 63n);
});

test.each(["weekly", true, {}])("visitor: %j is refused", (visitor) => {
  const options = { connectionString: "postgres://localhost/app", collection: { visitor } };
  expect(() => new AnalyticsClient(options as never)).toThrow(
    expect.objectContaining({
      code: "invalid_input",
      field: "visitor",
      message: expect.stringMatching(/give "daily", or a function of a request\.$/),
    }),
  );
});
