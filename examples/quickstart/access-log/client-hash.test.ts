import { expect, test } from "vitest";
import { clientHasher } from "./client-hash.ts";

const ada = { address: "192.0.2.1", userAgent: "Firefox" };

test("tells clients apart by address and by user agent", () => {
  const hash = clientHasher();
  expect(hash(ada)).toMatch(/^[0-9a-f]{32}$/);
  expect(hash({ ...ada })).toBe(hash(ada));
  expect(hash({ ...ada, address: "192.0.2.2" })).not.toBe(hash(ada));
  expect(hash({ ...ada, userAgent: "Chrome" })).not.toBe(hash(ada));
});

test("gives the same client another hash in another run", () => {
  expect(clientHasher()(ada)).not.toBe(clientHasher()(ada));
});
