import { expect, test } from "vitest";
import { isMigrationError, MigrationError } from "./migration-error.ts";

test("an error names its code, its field and its cause, and keeps the rest as details", () => {
  const cause = new Error("why");
  const error = new MigrationError("migration_failed", "It failed.", {
    field: "schema",
    cause,
    file: "0001_page_views.sql",
    line: 3,
  });
  expect(error).toMatchObject({ code: "migration_failed", message: "It failed.", field: "schema" });
  expect(error.cause).toBe(cause);
  expect(error.details).toEqual({ file: "0001_page_views.sql", line: 3 });
});

test("an error of another copy of the package is known too, and others are not", () => {
  class MigrationErrorOfACopy extends Error {
    override readonly name = "MigrationError";
    readonly details = {};
  }
  expect(isMigrationError(new MigrationError("aborted", "It was aborted."))).toBe(true);
  expect(isMigrationError(new MigrationErrorOfACopy())).toBe(true);
  expect(isMigrationError(new Error("MigrationError"))).toBe(false);
  expect(isMigrationError({ name: "MigrationError", details: {} })).toBe(false);
});
