import { expect, test } from "vitest";
import { checkServer } from "./check-server.ts";

test("PostgreSQL 15 and later will do", () => {
  expect(() => checkServer(15)).not.toThrow();
  expect(() => checkServer(19)).not.toThrow();
});

test("an older server is refused with both versions", () => {
  expect(() => checkServer(14)).toThrow(
    expect.objectContaining({
      code: "server_too_old",
      message: "The server is PostgreSQL 14, and Headcount needs 15 or later.",
    }) as Error,
  );
});
